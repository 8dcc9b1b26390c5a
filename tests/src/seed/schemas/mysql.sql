CREATE TABLE `Plain` (
  id int AUTO_INCREMENT PRIMARY KEY, a tinyint, b smallint unsigned NOT NULL, c mediumint, d bigint unsigned, e decimal(10,2), f decimal(4,4), g float, h double,
  i tinyint(1), j text, k varchar(30), l char(5), m blob, n binary(4), o varbinary(8), p date, q time(3), r datetime(6), s timestamp NULL, t year,
  u json, v enum('a', 'it''s'), w set('x','y','z'), x bit(3), y longtext CHARACTER SET latin1, z varchar(10) CHARACTER SET utf8mb3
);
CREATE TABLE users (id varchar(191) PRIMARY KEY, email varchar(191) NOT NULL UNIQUE, tenant int NOT NULL, at datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  up varchar(200) AS (upper(email)) STORED, UNIQUE (tenant, id));
CREATE TABLE profile (user_id varchar(191) NOT NULL, bio text NOT NULL, PRIMARY KEY (user_id), FOREIGN KEY (user_id) REFERENCES users (id));
CREATE TABLE post (id int AUTO_INCREMENT PRIMARY KEY, tenant int NOT NULL, author varchar(191) NOT NULL, title varchar(3) NOT NULL, parent int NULL,
  FOREIGN KEY (tenant, author) REFERENCES users (tenant, id), FOREIGN KEY (parent) REFERENCES post (id));
CREATE TABLE tag (code char(2) PRIMARY KEY);
CREATE TABLE post_tag (post_id int NOT NULL, tag char(2) NOT NULL, PRIMARY KEY (post_id, tag), FOREIGN KEY (post_id) REFERENCES post (id), FOREIGN KEY (tag) REFERENCES tag (code));
CREATE TABLE head (id int PRIMARY KEY, body_id int NULL);
CREATE TABLE body (id int PRIMARY KEY, head_id int NOT NULL, FOREIGN KEY (head_id) REFERENCES head (id));
ALTER TABLE head ADD FOREIGN KEY (body_id) REFERENCES body (id);
CREATE TABLE place (id int PRIMARY KEY, at point NOT NULL, area polygon NULL);
CREATE TABLE only_defaults (id int AUTO_INCREMENT PRIMARY KEY);
