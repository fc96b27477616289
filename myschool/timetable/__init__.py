"""What is taught to whom and when: the study plan (учебный план) and teaching groups; bells and lessons are to come.

Owns hours, groups and teachers' loads. Who studies in a class belongs to `enrolment`, subjects and terms to `schools`."""
