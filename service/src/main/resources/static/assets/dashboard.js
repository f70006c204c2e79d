// Lists the installations and ends them. The key stays in the input field: nothing is stored.
"use strict";

const key = document.getElementById("key");
const message = document.getElementById("message");
const table = document.getElementById("installations");

async function call(method, path) {
  const answer = await fetch(path, { method, headers: { Authorization: `Bearer ${key.value}` } });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail || `The service answered ${answer.status}`);
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function cell(row, text, small) {
  const made = element("td", text);
  if (small) made.append(element("small", small));
  row.append(made);
  return made;
}

function row(installation) {
  const made = element("tr");
  cell(made, installation.platform);
  cell(made, installation.external_org_name || installation.external_org_id, installation.external_org_id);
  const status = cell(made, "", installation.status_reason);
  status.prepend(element("span", installation.status.replace("_", " "), `status status-${installation.status}`));
  const until = installation.status === "active" ? installation.token_expires_at : null;
  cell(made, until ? new Date(until).toLocaleString() : "–");
  cell(made, installation.installed_by || "–");
  cell(made, "").append(...actions(installation));
  made.lastChild.className = "actions";
  return made;
}

function actions(installation) {
  const open = document.querySelector("nav.connect a.button") !== null;
  const reconnect = element("a", installation.status === "active" ? "Reconnect" : "Connect again", "button");
  reconnect.href = `/oauth/install/${encodeURIComponent(installation.platform)}?return_to=/`;
  const connect = open ? [reconnect] : [];
  if (installation.status === "revoked") return connect;
  const revoke = element("button", "Revoke", "danger");
  revoke.addEventListener("click", () => end(installation, revoke));
  return [...connect, revoke];
}

async function end(installation, button) {
  const name = installation.external_org_name || installation.external_org_id;
  if (!confirm(`Revoke the installation for ${name}? Its token stops working at once.`)) return;
  button.disabled = true;
  try {
    await call("DELETE", `/oauth/installations/${installation.id}`);
    await show();
  } catch (error) {
    button.disabled = false;
    message.textContent = error.message;
  }
}

async function show() {
  try {
    const { installations } = await call("GET", "/oauth/installations?status=all&limit=500");
    table.tBodies[0].replaceChildren(...installations.map(row));
    table.hidden = installations.length === 0;
    message.textContent = outcome() || (installations.length === 0 ? "Nothing is connected yet." : "");
  } catch (error) {
    table.hidden = true;
    message.textContent = error.message;
  }
}

// What a flow that came back here has to tell; told once.
function outcome() {
  const query = new URLSearchParams(location.search);
  history.replaceState(null, "", location.pathname);
  if (query.has("error")) return `Not connected: the request was declined (${query.get("error")}).`;
  if (query.get("status") === "pending_approval") return "The request waits for an owner's approval.";
  return query.has("installation_id") ? "Connected." : "";
}

document.getElementById("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
if (key.value) show();
