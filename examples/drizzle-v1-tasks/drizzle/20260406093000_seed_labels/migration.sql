-- Custom SQL migration file, put your code below! --
INSERT INTO labels (name, color) VALUES ('bug', '#d73a4a'), ('feature', '#0e8a16');
