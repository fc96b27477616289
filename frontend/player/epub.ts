/** Shows a book (EPUB), where one left it. */
import ePub from "epubjs";
import { fileUrl, keep, stage, told } from "./lib/keep";

const page = document.createElement("div");
page.className = "book";
stage.append(page);
const [back, on] = ["Назад", "Вперёд"].map((words) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  return button;
});
const bar = document.createElement("div");
bar.className = "bar";
bar.append(back!, on!);
stage.after(bar);
const book = ePub(fileUrl(told.launch));
const shown = book.renderTo(page, { width: "100%", height: "100%", flow: "paginated", spread: "auto" });
void shown.display((told.memory.place as string | undefined) || undefined);
shown.on("relocated", (place: { start: { cfi: string }; atEnd: boolean }) => {
  void keep({ memory: { place: place.start.cfi }, ...(place.atEnd ? { finished: true } : {}) });
});

const turn = (by: -1 | 1): void => void (by < 0 ? shown.prev() : shown.next());
back!.addEventListener("click", () => turn(-1));
on!.addEventListener("click", () => turn(1));
const keys = (event: KeyboardEvent): void => {
  if (event.key === "ArrowLeft") turn(-1);
  if (event.key === "ArrowRight") turn(1);
};
document.addEventListener("keydown", keys);
shown.on("keydown", keys);
