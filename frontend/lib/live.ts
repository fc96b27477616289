/**
 * One live stream a page, whatever its parts listen to: browsers allow few connections to one host.
 *
 * The document is told how the stream is: `live:here` when it is open, `live:away` when it was cut off and is sought
 * again, `live:refused` when its person may no longer hear what the page shows, `live:ended` when their session is over.
 */

const AGAIN_MS = 3000;

type Heard = (event: MessageEvent<string>) => void;

const heard = new Map<string, Set<Heard>>();
let stream: EventSource | undefined;
let topics = "";
let last = "";
let position: (() => number) | undefined;
let waiting = false;

/**
 * Call `then` with each word about the topic, until `life` ends. A feed's topic tells what has changed, and `from` says
 * up to which position the page has it already; a page has one feed.
 */
export function listen(topic: string, life: AbortSignal, then: Heard, from?: () => number): void {
  if (from) position = from;
  const those = heard.get(topic) ?? new Set();
  heard.set(topic, those.add(then));
  if (those.size === 1) openSoon();
  life.addEventListener("abort", () => {
    those.delete(then);
    if (those.size) return;
    heard.delete(topic);
    openSoon();
  });
}

// Parts of a page come and go together: the stream is opened once for all of them.
function openSoon(): void {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    open();
  });
}

function open(): void {
  const wanted = [...heard.keys()].sort().join(" ");
  // A part that was fetched again listens to what it listened to before.
  if (stream && stream.readyState !== EventSource.CLOSED && wanted === topics) return;
  topics = wanted;
  stream?.close();
  stream = undefined;
  const page = document.querySelector<HTMLMetaElement>('meta[name="live-url"]');
  if (!page || !heard.size) return;
  const asked = new URLSearchParams([...heard.keys()].sort().map((topic) => ["topic", topic]));
  // What was told between this page's making, or the last word, and the stream's opening is told at once.
  const [moment] = (last || (page.dataset["since"] ?? "")).split(".");
  asked.set("since", position ? `${moment}.${position()}` : (moment ?? ""));
  stream = new EventSource(`${page.content}?${asked}`, { withCredentials: true });
  const address = stream.url;
  stream.addEventListener("open", () => say("here"));
  stream.addEventListener("ended", () => {
    stream?.close();
    say("ended");
  });
  stream.addEventListener("error", () => {
    say("away");
    // Some browsers give up for good when the server was away once: ask whether it is, or does not want us.
    if (stream?.readyState === EventSource.CLOSED) setTimeout(() => void knock(address), AGAIN_MS);
  });
  for (const topic of heard.keys()) {
    stream.addEventListener(topic, (event: MessageEvent<string>) => {
      last = event.lastEventId || last;
      for (const then of heard.get(topic) ?? []) then(event);
    });
  }
}

async function knock(address: string): Promise<void> {
  if (stream?.url !== address || stream.readyState !== EventSource.CLOSED) return;
  const asking = new AbortController();
  try {
    const answer = await fetch(address, { credentials: "include", signal: asking.signal });
    asking.abort();
    if (answer.ok) open();
    else say("refused");
  } catch {
    setTimeout(() => void knock(address), AGAIN_MS);
  }
}

function say(how: "here" | "away" | "refused" | "ended"): void {
  document.dispatchEvent(new Event(`live:${how}`));
}
