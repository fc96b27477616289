/** Plays a video. */
import { play } from "./lib/media";

void play("video");
