//! Sets what a linker needs to know to build a Node addon.

fn main() {
    napi_build::setup();
}
