/* Nothing that was typed is lost to a session that ended: it waits in this tab until its page is open again. */
document.addEventListener("DOMContentLoaded", () => {
  const KEY = "typed";
  const TYPED = "input:not([type=hidden], [type=password], [type=file], [type=submit]), select, textarea, input[name=seen], input[name=_seen]";

  // Phones show a list's headings beside each value: with a capital, as above a table.
  for (const cell of document.querySelectorAll("#result_list [data-label]")) {
    cell.dataset.label = cell.dataset.label.charAt(0).toUpperCase() + cell.dataset.label.slice(1);
  }

  const addressOf = (form) => {
    const to = new URL(form.getAttribute("action") || "", location.href);
    return to.pathname + to.search;
  };
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches(TYPED));
  const keep = (typed) => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(typed));
    } catch {
      sessionStorage.removeItem(KEY); // more than a tab may hold
    }
  };
  const valueOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.value, field.checked];
    if (field.tagName === "SELECT") return [...field.selectedOptions].map((option) => [option.value, option.text]);
    return field.value;
  };

  const putBack = (field, value) => {
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = value[1];
    } else if (field.tagName === "SELECT") {
      for (const option of field.options) option.selected = false;
      for (const [one, words] of value) {
        const there = [...field.options].find((option) => option.value === one);
        if (there) there.selected = true;
        else field.add(new Option(words, one, true, true));
      }
    } else {
      field.value = value;
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const restore = (typed) => {
    const form = [...document.forms].find((one) => one.method === "post" && addressOf(one) === typed.to);
    if (!form) return false;
    for (const [name, total] of Object.entries(typed.rows)) {
      const add = document.querySelector(`#${name}-group .add-row a, #${name}-group a.add-row`);
      for (let rows = Number(form.elements[`${name}-TOTAL_FORMS`]?.value); add && rows < total; rows++) add.click();
    }
    const left = [...typed.fields];
    for (const field of fieldsOf(form)) {
      const choice = field.type === "checkbox" || field.type === "radio";
      const found = left.findIndex(([name, value]) => name === field.name && (!choice || value[0] === field.value));
      if (found >= 0) putBack(field, left.splice(found, 1)[0][1]);
    }
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    said.className = "put-back";
    said.textContent = "Your session had ended, and nothing was saved. What you typed stands here again: look at it, then send it once more.";
    form.before(said);
    return true;
  };

  const typed = JSON.parse(sessionStorage.getItem(KEY) || "null");
  if (typed) {
    if (document.querySelector("#login-form, [data-turned-away]")) keep({ ...typed, waits: true });
    else if (!typed.waits) sessionStorage.removeItem(KEY);
    else if (typed.to === location.pathname + location.search) {
      window.addEventListener("load", () => restore(typed) && sessionStorage.removeItem(KEY));
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.id === "login-form" || !fieldsOf(form).length) return;
    const fields = fieldsOf(form).map((field) => [field.name, valueOf(field)]);
    const totals = [...form.elements].filter((field) => field.name?.endsWith("-TOTAL_FORMS"));
    const rows = Object.fromEntries(totals.map((field) => [field.name.slice(0, -12), Number(field.value)]));
    keep({ to: addressOf(form), fields, rows, waits: false });
  });
});
