//! A session that can only read.

use crate::common::{Own, first, session, target};
use unmigrate_engines::read_only;

/// Every way to write that comes to mind is refused by the engine itself.
#[test]
fn the_engine_refuses_to_write() {
    for own in [Own::postgres(), Own::mysql()] {
        let mut writer = own.open();
        writer.execute("CREATE TABLE t (a int)").unwrap();
        writer.execute("INSERT INTO t VALUES (1)").unwrap();
        let mut reader = read_only(&target(&own.url)).unwrap();
        assert_eq!(first(&mut *reader, "SELECT count(*) FROM t"), "1");
        // In one moment: what others write meanwhile is not seen.
        writer.execute("INSERT INTO t VALUES (2)").unwrap();
        assert_eq!(first(&mut *reader, "SELECT count(*) FROM t"), "1");
        for write in ["INSERT INTO t VALUES (3)", "UPDATE t SET a = 0", "DELETE FROM t"] {
            let mut reader = read_only(&target(&own.url)).unwrap();
            let refused = reader.execute(write).unwrap_err();
            assert!(matches!(refused.code.as_deref(), Some("25006")), "{write}: {refused:?}");
            // And in the next transaction of the session.
            reader.execute("ROLLBACK").unwrap();
            reader.execute(write).unwrap_err();
        }
        assert_eq!(first(&mut *writer, "SELECT count(*) FROM t WHERE a IN (1, 2)"), "2");
    }
}

#[test]
fn a_file_of_sqlite_stays_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dev.db");
    std::fs::write(&path, "").unwrap();
    let url = format!("file:{}", path.display());
    session(&url).execute("CREATE TABLE t (a)").unwrap();
    let before = std::fs::read(&path).unwrap();
    let mut reader = read_only(&target(&url)).unwrap();
    assert_eq!(first(&mut *reader, "SELECT count(*) FROM t"), "0");
    for write in ["INSERT INTO t VALUES (3)", "CREATE TABLE u (a)", "PRAGMA user_version = 7", "VACUUM"] {
        reader.execute(write).expect_err(write);
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(read_only(&target(&format!("file:{}", dir.path().join("other.db").display()))).is_err());
    assert!(!dir.path().join("other.db").exists());
}
