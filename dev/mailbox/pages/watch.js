// New mail shows by itself: ask every three seconds, reload only when something changed.
const shown = document.currentScript.dataset.newest;
setInterval(async () => {
  if (document.hidden || document.activeElement?.id === "q") return;
  try {
    const answer = await fetch("/api/messages?limit=1", { cache: "no-store" });
    const { messages } = await answer.json();
    if ((messages[0]?.id ?? "") !== shown) location.reload();
  } catch {
    // The mailbox is restarting: the next question finds it.
  }
}, 3000);
