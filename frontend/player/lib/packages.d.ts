declare module "h5p-standalone" {
  /** Resolves when the content is on the page. */
  export class H5P {
    constructor(box: HTMLElement, options: Record<string, string | boolean>);
    then(done: () => void, failed?: (why: unknown) => void): Promise<void>;
  }
}

declare module "hls.js/light" {
  export { default } from "hls.js";
}
