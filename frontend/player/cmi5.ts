/** Runs a cmi5 course: each part is opened in a session of its own and tells the store of records how it goes. */
import { frameOf, keep, stage, told } from "./lib/keep";

const contents = document.getElementById("parts") as HTMLSelectElement | null;

async function open(number: number): Promise<void> {
  const answer = await fetch("launch/", { method: "POST", body: new URLSearchParams({ part: String(number) }) });
  document.getElementById("unsaved")!.hidden = answer.ok;
  if (!answer.ok) return;
  const { url } = (await answer.json()) as { url: string };
  stage.querySelector("iframe")?.remove();
  const frame = frameOf("", told.parts[number]?.title || document.title);
  frame.src = url;
  stage.append(frame);
  void keep({ memory: { last: number } });
}

const last = Number(told.memory.last ?? 0);
const first = last < told.parts.length ? last : 0;
if (contents) {
  contents.selectedIndex = first;
  contents.addEventListener("change", () => void open(contents.selectedIndex));
}
void open(first);
