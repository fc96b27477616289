import { expect, test } from "vitest";
import { isWhole, meant, rectangle } from "../../myschool/journal/islands/grid/typing";

const CODES = ["Н", "Б", "УП", "О"];

test.each([
  ["y", "н"],
  ["Y4", "н4"],
  ["eg", "уп"],
  ["н", "н"],
  ["5/4", "5/4"],
  ["qq", "qq"],
  [".", "."],
])("«%s» is meant as «%s»", (typed, text) => expect(meant(typed, CODES)).toBe(text));

test("a digit of a scale of five is a whole mark; of ten it may be the beginning of one", () => {
  expect(isWhole("5", ["1", "2", "3", "4", "5"])).toBe(true);
  expect(isWhole("6", ["1", "2", "3", "4", "5"])).toBe(false);
  expect(isWhole("1", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"])).toBe(false);
  expect(isWhole(".", [])).toBe(true);
});

test("a rectangle of a spreadsheet comes by its rows, whatever ends its lines", () => {
  expect(rectangle("5\t 4\r\nН\t\r\n")).toEqual([["5", "4"], ["Н", ""]]);
});
