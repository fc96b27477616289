/**
 * Sends the files of its form in parts before the form itself: a break in the connection costs a moment, and after a
 * longer one sending goes on where it stopped. `data-name` is the field that takes the files' tokens, `data-left` the
 * bytes that fit, `data-begin` the address where sending begins. Without it the form sends its files in one go.
 */
import { Upload } from "tus-js-client";
import { csrfToken, PageElement } from "@lib/element";

const PART = 5_000_000;
const PAUSES = [0, 1000, 3000, 5000, 10_000];

class BigUpload extends PageElement {
  #stop: (() => void) | undefined;

  protected enter(life: AbortSignal): void {
    const form = this.querySelector("form")!;
    form.addEventListener("submit", (event) => this.#submit(event, form), { signal: life });
    this.#button().addEventListener("click", () => this.#stop?.(), { signal: life });
    life.addEventListener("abort", () => this.#stop?.());
  }

  #submit(event: SubmitEvent, form: HTMLFormElement): void {
    const input = this.querySelector<HTMLInputElement>('input[type="file"]')!;
    const files = [...(input.files ?? [])];
    // Empty files are refused by the server, in its own words.
    if (!files.length || files.some((file) => !file.size)) return;
    event.preventDefault();
    if (this.#stop) return;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    if (total > Number(this.dataset["left"])) return this.#tell(this.#words("no-room"));
    void this.#sendAll(form, input, files, total);
  }

  async #sendAll(form: HTMLFormElement, input: HTMLInputElement, files: File[], total: number): Promise<void> {
    const bar = this.querySelector("progress")!;
    bar.hidden = this.#button().hidden = false;
    const tokens: string[] = [];
    let before = 0;
    try {
      for (const file of files) {
        this.#tell(`${this.#words("sending")}${file.name}`);
        tokens.push(await this.#send(file, (sent) => (bar.value = (100 * (before + sent)) / total)));
        before += file.size;
      }
    } catch (reason) {
      this.#tell(reason instanceof Refused ? reason.message : this.#words(reason === "stopped" ? "stopped" : "failed"));
      return;
    } finally {
      this.#stop = undefined;
      bar.hidden = this.#button().hidden = true;
    }
    const name = this.dataset["name"]!;
    form.querySelectorAll(`input[type="hidden"][name="${name}"]`).forEach((empty) => empty.remove());
    for (const token of tokens) form.append(hidden(name, token));
    input.value = "";
    form.submit();
  }

  /** Sends one file; answers the token by which the form names it. */
  #send(file: File, told: (sent: number) => void): Promise<string> {
    return new Promise((done, fail) => {
      const upload = new Upload(file, {
        endpoint: this.dataset["begin"]!,
        chunkSize: PART,
        retryDelays: PAUSES,
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
        metadata: { filename: file.name },
        removeFingerprintOnSuccess: true,
        onProgress: told,
        onError: (error) => fail("originalResponse" in error ? refusalIn(error.originalResponse?.getBody()) : error),
        onSuccess: () => done(upload.url!.split("/").at(-2)!),
      });
      this.#stop = () => {
        void upload.abort();
        fail("stopped");
      };
      void upload.findPreviousUploads().then(([earlier]) => {
        if (earlier) upload.resumeFromPreviousUpload(earlier);
        upload.start();
      });
    });
  }

  #button(): HTMLButtonElement {
    return this.querySelector<HTMLButtonElement>("[data-stop]")!;
  }

  #words(name: string): string {
    return this.querySelector<HTMLTemplateElement>(`template[data-${name}]`)!.innerHTML;
  }

  #tell(words: string): void {
    this.querySelector("[data-told]")!.textContent = words;
  }
}

/** The server's own words why it does not take the file. */
class Refused extends Error {}

function refusalIn(body: string | undefined): Refused | undefined {
  try {
    const problem = JSON.parse(body ?? "") as { detail?: unknown };
    return typeof problem.detail === "string" ? new Refused(problem.detail) : undefined;
  } catch {
    return undefined;
  }
}

function hidden(name: string, value: string): HTMLInputElement {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

customElements.define("big-upload", BigUpload);
