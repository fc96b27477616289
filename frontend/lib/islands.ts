/** Loads an island when its tag is in the page: `mark-grid` comes from `islands/mark-grid.ts` of some package. */
export function islands(files: Record<string, () => Promise<unknown>>): void {
  const waiting = new Map(
    Object.entries(files).map(([path, load]) => [path.replace(/^.*\/|\.ts$/g, ""), load] as const),
  );
  const look = (): void => {
    for (const [tag, load] of waiting) {
      if (!document.querySelector(tag)) continue;
      waiting.delete(tag);
      void load();
    }
  };
  look();
  document.addEventListener("htmx:after:swap", look);
}
