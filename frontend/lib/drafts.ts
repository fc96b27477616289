/** What a person has typed and the server not yet accepted. It lies in the tab's own storage, each form's by its key. */

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What was typed, and whether it was sent and is not yet known to have arrived. */
type Draft = { values: [name: string, values: string[]][]; sent: boolean };

const PREFIX = "draft ";
const NEVER_KEPT = new Set(["file", "password", "hidden", "submit", "button", "reset", "image"]);

/** The controls of a form whose values are kept: no secrets, no files, nothing that the server has put there. */
export function kept(form: HTMLFormElement): Control[] {
  const all = [...form.elements].filter((element) => "value" in element && "name" in element) as Control[];
  return all.filter((control) => control.name && !NEVER_KEPT.has(control.type));
}

/** The key of a form's draft: the owner, so that the next person at this computer never sees it, and the address. */
export function keyOf(owner: string, form: HTMLFormElement): string {
  // With its query: a form filled in from a chosen card is not the one that was begun by hand.
  const { pathname, search } = new URL(form.getAttribute("action") || location.href, location.href);
  return `${PREFIX}${owner} ${pathname}${search}`;
}

export function has(key: string): boolean {
  return read(key) !== null;
}

/** Keeps what the controls say; `sent` where the form is on its way to the server. */
export function keep(key: string, controls: Control[], sent: boolean): void {
  const there = new Set(controls.map((control) => control.name));
  // What is not there just now may come again: a list that is fetched anew.
  const values = new Map((read(key)?.values ?? []).filter(([name]) => !there.has(name)));
  for (const control of controls) {
    values.set(control.name, [...(values.get(control.name) ?? []), ...chosen(control)]);
  }
  sessionStorage.setItem(key, JSON.stringify({ values: [...values], sent } satisfies Draft));
}

/** Puts back what was kept; answers the controls that this has changed. */
export function putBack(key: string, controls: Control[]): Control[] {
  const values = new Map(read(key)?.values);
  return controls.filter((control) => {
    const those = values.get(control.name);
    return those && choose(control, those);
  });
}

export function forget(key: string): void {
  sessionStorage.removeItem(key);
}

/** Settles what was sent: accepted, its draft goes; refused, it stays. */
export function settle(accepted: boolean): void {
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))) {
    const draft = read(key);
    if (!draft?.sent) continue;
    if (accepted) forget(key);
    else sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: false } satisfies Draft));
  }
}

function read(key: string): Draft | null {
  return JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
}

/** The values that the control would send. */
function chosen(control: Control): string[] {
  if (control instanceof HTMLSelectElement) {
    return [...control.options].filter((option) => option.selected).map((option) => option.value);
  }
  const ticked = !(control instanceof HTMLInputElement) || !isTick(control) || control.checked;
  return ticked ? [control.value] : [];
}

/** Puts values back; of fields with one name each takes the next. True if that has changed anything. */
function choose(control: Control, values: string[]): boolean {
  const before = chosen(control).join("\n");
  if (control instanceof HTMLSelectElement) {
    for (const option of control.options) option.selected = values.includes(option.value);
  } else if (control instanceof HTMLInputElement && isTick(control)) {
    control.checked = values.includes(control.value);
  } else {
    control.value = values.shift() ?? "";
  }
  return chosen(control).join("\n") !== before;
}

const isTick = (control: HTMLInputElement): boolean => control.type === "checkbox" || control.type === "radio";
