"""What is done to the study plan, the bells, the weekly template and single lessons."""
