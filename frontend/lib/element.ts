/** The base of our elements, and the few things they all need. */

/** An element whose listeners end with its life in the page: pass `life` to each of them. */
export abstract class PageElement extends HTMLElement {
  #life: AbortController | undefined;

  connectedCallback(): void {
    this.#life = new AbortController();
    this.enter(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#life?.abort();
  }

  /** Begins the element's life in the page; `life` is aborted at its end. */
  protected abstract enter(life: AbortSignal): void;
}

/** The token that the server expects with every POST. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** A copy of what the page keeps in `<template id=…>`: texts for people stay in templates. */
export function copyOf(id: string): HTMLElement {
  const template = document.querySelector<HTMLTemplateElement>(`template#${id}`);
  const copy = template?.content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`The page has no template “${id}”.`);
  return copy;
}
