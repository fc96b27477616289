-- What people are called, and by what they are listed, found and told apart.
--   person_id: the person
--   last_name: фамилия
--   first_name: имя
--   patronymic: отчество, perhaps none
--   sort_key: the order of lists
--   name_key: names as they are sought, folded by people.rules
--   birth_date: the day of birth
CREATE OR REPLACE VIEW people_names AS
SELECT id AS person_id, last_name, first_name, patronymic, sort_key, name_key, birth_date FROM people_person;
