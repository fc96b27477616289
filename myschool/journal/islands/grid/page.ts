/** A group's page as the server tells it, and quick ways to its cells. The shape is told in docs/howto/journal-page.md. */

export type Extra = { due: string | null; comment: string | null } | null;
export type WorkRow = [position: number, short: string, weight: number, title: string, control: 0 | 1];
export type LessonRow = [id: number, day: string, number: number, state: string, open: 0 | 1 | 2, topic: string, works: WorkRow[]];
export type StudentRow = [id: number, name: string, from: string | null, to: string | null];
export type CellRow = [student: number, lesson: number, position: number, seen: string, text: string, extra: Extra];

/** A mark of the same subject that was earned in another group; one with an exclusion does not count. */
export type ElsewhereRow = [text: string, day: string, exclusion: string];

export interface PageDocument {
  version: number;
  day: string;
  group: { id: number; title: string; subject: string };
  term: { id: number | null; number: number | null; kind: string | null; from: string; last: string; closed: boolean };
  scale: string[];
  codes: [code: string, meaning: string, title: string][];
  work: [short: string, weight: number, title: string, changed: [from: string, weight: number][]] | null;
  lessons: LessonRow[];
  students: StudentRow[];
  cells: CellRow[];
  averages: [student: number, shown: string, proposed: string][];
  elsewhere: [student: number, marks: ElsewhereRow[]][];
  finals: [student: number, text: string][];
}

/** What a cell holds, and the name of that state for the server. */
export interface Cell {
  seen: string;
  text: string;
  extra: Extra;
}

/** A column of the grid: one work of one lesson. */
export interface Column {
  lesson: number;
  position: number;
  day: string;
  number: number;
  open: 0 | 1 | 2;
  cancelled: boolean;
  topic: string;
  short: string;
  title: string;
  weight: number;
}

export interface Student {
  id: number;
  name: string;
  from: string | null;
  to: string | null;
}

export const EMPTY: Cell = { seen: "", text: "", extra: null };

export const keyOf = (student: number, lesson: number, position: number): string => `${student}:${lesson}:${position}`;

/** The page, with the cells by their keys. */
export class Page {
  readonly columns: Column[];
  readonly students: Student[];
  readonly cells = new Map<string, Cell>();
  readonly averages = new Map<number, [shown: string, proposed: string]>();
  readonly elsewhere: Map<number, ElsewhereRow[]>;
  readonly finals: Map<number, string>;

  constructor(readonly told: PageDocument) {
    this.columns = told.lessons.flatMap((lesson) => columnsOf(lesson, told.work));
    this.students = told.students.map(([id, name, from, to]) => ({ id, name, from, to }));
    for (const [student, lesson, position, seen, text, extra] of told.cells) {
      this.cells.set(keyOf(student, lesson, position), { seen, text, extra });
    }
    for (const [student, shown, proposed] of told.averages) this.averages.set(student, [shown, proposed]);
    this.elsewhere = new Map(told.elsewhere);
    this.finals = new Map(told.finals);
  }

  cell(student: Student, column: Column): Cell {
    return this.cells.get(keyOf(student.id, column.lesson, column.position)) ?? EMPTY;
  }

  /** Whether the student was in the group on the lesson's day. */
  present(student: Student, column: Column): boolean {
    return (!student.from || column.day >= student.from) && (!student.to || column.day < student.to);
  }

  /** Whether the cell may be written now. */
  writable(student: Student, column: Column): boolean {
    return column.open === 1 && this.present(student, column);
  }

  /** The column to begin with: today's, else the last before today. */
  get nearest(): number {
    const past = this.columns.findLastIndex((column) => column.day <= this.told.day);
    return Math.max(past, 0);
  }

  /** Whether the other page has the same rows and columns, so that only cells differ. */
  hasShapeOf(other: Page): boolean {
    return JSON.stringify([this.columns, this.students]) === JSON.stringify([other.columns, other.students]);
  }
}

function columnsOf(lesson: LessonRow, usual: PageDocument["work"]): Column[] {
  const [id, day, number, state, open, topic, works] = lesson;
  const common = { lesson: id, day, number, open, topic, cancelled: state === "cancelled" };
  const planned = works.map(([position, short, weight, title]) => ({ ...common, position, short, weight, title }));
  if (planned.some(({ position }) => position === 1)) return planned;
  const [short, first, title, changed] = usual ?? ["", 1, "", []];
  const weight = changed.findLast(([from]) => from <= day)?.[1] ?? first;
  return [{ ...common, position: 1, short: "", weight, title: short && title }, ...planned];
}
