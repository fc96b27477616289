/** Shows pushes while no page is open, and leads to what they are about. It keeps no pages: those come from the server. */
/// <reference lib="webworker" />
export {};
declare const self: ServiceWorkerGlobalScope;

interface Told {
  id: number;
  title: string;
  text: string;
  path: string;
}

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const told = event.data?.json() as Told | undefined;
  if (!told) return;
  // What came twice is shown once: the tag is the notice's own.
  const shown = { body: told.text, tag: `notice-${told.id}`, lang: "ru", data: { path: told.path } };
  event.waitUntil(self.registration.showNotification(told.title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data as { path: string };
  // Our own pages only, whatever a push may say.
  const address = new URL(path, self.location.origin);
  if (address.origin === self.location.origin) event.waitUntil(self.clients.openWindow(address.href));
});
