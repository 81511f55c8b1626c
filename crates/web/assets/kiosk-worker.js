// The tablet at the till without a connection: the page and what it loads come from here. Nothing anybody typed is kept.
const SHELF = "kiosk-1";
const keep = async () => {
  const page = await fetch("/k/", { cache: "no-store" });
  if (!page.ok) return;
  const shelf = await caches.open(SHELF);
  const text = await page.clone().text();
  await shelf.put("/k/", page);
  const parts = [...text.matchAll(/(?:src|href)="(\/assets\/[^"#]+)"/g)].map((m) => m[1]);
  await shelf.addAll([...new Set(parts)]);
};
self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET" || !(path === "/k/" || path.startsWith("/assets/"))) return;
  event.respondWith(
    fetch(event.request).then((answer) => {
      if (path === "/k/" && answer.ok) event.waitUntil(keep());
      return answer;
    }).catch(() => caches.open(SHELF).then((shelf) => shelf.match(path)).then((kept) => kept || Response.error())),
  );
});
