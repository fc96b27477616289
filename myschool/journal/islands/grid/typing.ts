/** What the keys mean in a cell, whatever layout the keyboard is in. */

// The letters that lie under the same keys in the Russian layout.
const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,";
const RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьб";

/** The text as the teacher meant it: «y» is «н» where that begins a code; what already fits stays. */
export function meant(text: string, codes: readonly string[]): string {
  const upper = text.toUpperCase();
  if (codes.some((code) => code.startsWith(letters(upper)))) return text;
  const moved = [...text].map((sign) => RUSSIAN[LATIN.indexOf(sign.toLowerCase())] ?? sign).join("");
  return codes.some((code) => code.startsWith(letters(moved.toUpperCase()))) ? moved : text;
}

const letters = (text: string): string => /^[^\d\s/]*/.exec(text)![0];

/** Whether the sign is a whole mark by itself, so that it is stored at once. */
export function isWhole(sign: string, scale: readonly string[]): boolean {
  return sign === "." || (scale.length <= 5 && scale.every((mark) => mark.length === 1) && scale.includes(sign));
}

/** Whether a key begins typing. */
export const isSign = (event: KeyboardEvent): boolean =>
  event.key.length === 1 && event.key !== " " && event.key !== "?" && !event.ctrlKey && !event.metaKey && !event.altKey;

/** A rectangle copied from a spreadsheet. */
export const rectangle = (text: string): string[][] =>
  text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t").map((cell) => cell.trim()));
