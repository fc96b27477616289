import { expect, test } from "vitest";
import { Steps } from "../../myschool/journal/islands/grid/steps";

const two = (): Steps => {
  const steps = new Steps();
  steps.add({ key: "a", before: "", after: "5" });
  steps.add({ key: "b", before: "3", after: "4" });
  return steps;
};

test("steps are taken back from the last, and done again from the first", () => {
  const steps = two();
  expect([steps.back(), steps.back(), steps.back()]).toEqual([{ key: "b", text: "3" }, { key: "a", text: "" }, undefined]);
  expect([steps.again(), steps.again(), steps.again()]).toEqual([{ key: "a", text: "5" }, { key: "b", text: "4" }, undefined]);
});

test("a new step ends what could be done again", () => {
  const steps = two();
  steps.back();
  steps.add({ key: "c", before: "", after: "2" });
  expect(steps.again()).toBeUndefined();
  expect([steps.back()?.key, steps.back()?.key, steps.back()]).toEqual(["c", "a", undefined]);
});
