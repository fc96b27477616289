/** What was written into the cells, step by step, so that it can be taken back and done again. */

/** One writing: the cell by its key, what stood there, and what stands there after it. */
export interface Step {
  key: string;
  before: string;
  after: string;
}

/** What a cell shall hold. */
export interface CellText {
  key: string;
  text: string;
}

export class Steps {
  #done: Step[] = [];
  #undone: Step[] = [];

  /** A new step; what had been taken back before it is not done again. */
  add(step: Step): void {
    this.#done.push(step);
    this.#undone = [];
  }

  /** Takes back the last step: what its cell shall hold again. */
  back(): CellText | undefined {
    const step = this.#done.pop();
    if (!step) return undefined;
    this.#undone.push(step);
    return { key: step.key, text: step.before };
  }

  /** Does again what was taken back last. */
  again(): CellText | undefined {
    const step = this.#undone.pop();
    if (!step) return undefined;
    this.#done.push(step);
    return { key: step.key, text: step.after };
  }
}
