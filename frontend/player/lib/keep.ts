/** What every player needs: what the platform told it, and a way to report how it goes. */

export interface Part {
  id: string;
  title: string;
  href: string;
  passing: number | null;
}

export interface Told {
  launch: string;
  parts: Part[];
  memory: Record<string, unknown>;
  subtitles: string[];
}

/** A report; what is absent stays as it was. `score` is scaled to 0–1. */
export interface Report {
  memory?: Record<string, unknown>;
  finished?: boolean;
  passed?: boolean | null;
  score?: number | null;
  seconds?: number;
}

export const told = JSON.parse(document.getElementById("told")!.textContent) as Told;
export const stage = document.getElementById("stage")!;
const began = Date.now();

/** The address of a file of the package; a manifest may say it with a query and a fragment. */
export const fileUrl = (href: string): string => new URL(`f/${href}`, document.baseURI).href;

let waiting: Report | null = null;
let busy = false;

/** Report how it goes: one request at a time, the latest wins, and one that failed is sent again with the next. */
export async function keep(report: Report): Promise<void> {
  waiting = { ...waiting, ...report, seconds: Math.round((Date.now() - began) / 1000) };
  if (busy) return;
  busy = true;
  while (waiting) {
    const sending: Report = waiting;
    waiting = null;
    try {
      const answer = await fetch("state/", { method: "POST", body: JSON.stringify(sending), keepalive: true });
      document.getElementById("unsaved")!.hidden = answer.ok;
    } catch {
      document.getElementById("unsaved")!.hidden = false;
      waiting = { ...sending, ...(waiting as Report | null) };
      await new Promise((go) => setTimeout(go, 3000));
    }
  }
  busy = false;
}

/** A frame with a page of the package. */
export function frameOf(href: string, title: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.allow = "fullscreen; autoplay";
  frame.src = fileUrl(href);
  return frame;
}
