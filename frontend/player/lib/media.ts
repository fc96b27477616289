/** Plays a video or a sound, from where one stopped; HLS too where the browser does not by itself. */
import { fileUrl, keep, stage, told } from "./keep";

/** Put the player on the page and start where one stopped. */
export async function play(tag: "audio" | "video"): Promise<void> {
  const media = document.createElement(tag);
  media.controls = true;
  media.preload = "metadata";
  for (const [number, path] of told.subtitles.entries()) {
    const track = document.createElement("track");
    track.kind = "subtitles";
    track.src = fileUrl(path);
    track.label = told.subtitles.length > 1 ? `Субтитры ${number + 1}` : "Субтитры";
    track.srclang = "ru";
    track.default = number === 0;
    media.append(track);
  }
  stage.append(media);

  if (told.launch.endsWith(".m3u8") && !media.canPlayType("application/vnd.apple.mpegurl")) {
    const { default: Hls } = await import("hls.js/light");
    const stream = new Hls();
    stream.loadSource(fileUrl(told.launch));
    stream.attachMedia(media);
  } else {
    media.src = fileUrl(told.launch);
  }

  const place = Number(told.memory.place ?? 0);
  media.addEventListener("loadedmetadata", () => {
    if (place > 0 && place < media.duration - 5) media.currentTime = place;
  });
  let sentAt = 0;
  media.addEventListener("timeupdate", () => {
    if (Math.abs(media.currentTime - sentAt) < 15) return;
    sentAt = media.currentTime;
    void keep({ memory: { place: Math.floor(sentAt) } });
  });
  media.addEventListener("ended", () => void keep({ memory: { place: 0 }, finished: true }));
}
