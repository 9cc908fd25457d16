/* The label desk without this works too: here names are proposed while somebody types, and waiting shows. */
(() => {
  const form = document.getElementById("label");
  const list = document.getElementById("names");
  if (!form) return;

  // A reading is the answer to a form: “back” and “reload” would ask whether to send it again, or lose the label.
  const KEY = "label";
  const here = location.pathname + location.search;
  const isRead = document.getElementById("coloured");
  if (isRead) {
    history.replaceState(null, "", location.href);
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ here, text: form.elements.text.value, kind: form.elements.kind.value }));
    } catch {
      sessionStorage.removeItem(KEY); // more than a tab may hold
    }
  } else if (["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type)) {
    const read = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (read?.here === here) {
      form.elements.text.value = read.text;
      form.elements.kind.value = read.kind;
      form.querySelector("button[value=read]").click();
    }
  }

  if (list) {
    let last = "";
    let timer = 0;
    const propose = async (typed) => {
      const answer = await fetch(`${form.dataset.names}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok || typed !== last) return;
      const { names } = await answer.json();
      list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    };
    document.addEventListener("input", (event) => {
      if (event.target.getAttribute("list") !== "names") return;
      last = event.target.value.trim();
      clearTimeout(timer);
      if (last.length > 1) timer = setTimeout(propose, 200, last);
    });
  }

  // Enter in a field beside a name presses the button beside that field, not the first one of the page.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.form !== form || event.target.tagName !== "INPUT") return;
    const button = event.target.closest("fieldset, details, section")?.querySelector("button[name=do]:last-of-type");
    if (!button) return;
    event.preventDefault();
    const all = event.target.closest("fieldset, details, section").querySelectorAll("button[name=do]");
    all[all.length - 1].click();
  });

  form.addEventListener("submit", (event) => {
    event.submitter?.setAttribute("aria-busy", "true");
  });
})();
