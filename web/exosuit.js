// The page that `exosuit serve` shows: a chat through llama-server's OpenAI endpoint, and the card at work, read from
// status.json (kept by `exosuit serve`), /props and /slots (llama-server's own). Nothing is loaded from elsewhere.
"use strict";

const $ = (id) => document.getElementById(id);
const history = [];
let answering = null; // the AbortController of the answer that is being written

// ---- the card ----------------------------------------------------------------------------------------------------------

const show = (id, text) => { $(id).textContent = text; };
const gib = (bytes) => (bytes / 2 ** 30).toFixed(1) + " GiB";
const speed = (value) => (value > 0 ? value.toFixed(1) + " tokens/s" : "–");

async function fetchJson(path) {
    const response = await fetch(path, { cache: "no-store" });
    if (!response.ok) {
        throw new Error(path + ": " + response.status);
    }
    return response.json();
}

function showState(text, down) {
    show("state", text);
    $("state").classList.toggle("down", down);
}

function showNotice(text) {
    $("notice").hidden = !text;
    show("notice", text || "");
}

const states = { ready: "ready", starting: "loading the model", down: "not serving" };

function showStatus(status) {
    show("card-name", status.card || "The card");
    $("simulated").hidden = !status.simulated;
    show("model", status.model);
    show("link", status.link);
    show("device", status.device);
    show("decode", speed(status.tokens_per_s));
    show("prompt", speed(status.prompt_tokens_per_s));
    if (status.vram_bytes > 0) {
        $("vram-meter").value = status.vram_used / status.vram_bytes;
        show("vram", gib(status.vram_used) + " of " + gib(status.vram_bytes));
    } else {
        show("vram", "–");
    }
    showState(states[status.state] || status.state, status.state === "down");
    showNotice(status.message);
}

async function refreshServer() {
    const props = await fetchJson("props");
    show("context", props.default_generation_settings.n_ctx + " tokens");
    const slots = await fetchJson("slots");
    const busy = slots.filter((slot) => slot.is_processing).length;
    show("busy", busy + " of " + slots.length + (slots.length === 1 ? " slot" : " slots"));
}

async function refresh() {
    try {
        const status = await fetchJson("status.json");
        showStatus(status);
        if (status.state === "ready") {
            await refreshServer();
        }
    } catch (error) {
        showState("exosuit serve does not answer", true);
    }
    setTimeout(refresh, document.hidden ? 10000 : 1500);
}

// ---- the chat ------------------------------------------------------------------------------------------------------------

function addMessage(role, text) {
    const item = document.createElement("li");
    item.className = role;
    item.textContent = text;
    $("messages").append(item);
    item.scrollIntoView({ block: "end" });
    return item;
}

function sentenceOf(body, status) {
    try {
        return JSON.parse(body).error.message;
    } catch (error) {
        return "The server answered with status " + status + ".";
    }
}

// Calls onEvent with each JSON object of a server-sent event stream.
async function readEvents(stream, onEvent) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
        const { value, done } = await reader.read();
        if (done) {
            return;
        }
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines) {
            if (line.startsWith("data: ") && line !== "data: [DONE]") {
                onEvent(JSON.parse(line.slice(6)));
            } else if (line.startsWith("error: ")) {
                onEvent({ error: JSON.parse(line.slice(7)) });
            }
        }
    }
}

async function streamAnswer(item) {
    const response = await fetch("v1/chat/completions", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ messages: history, stream: true, timings_per_token: false }),
        signal: answering.signal,
    });
    if (!response.ok) {
        throw new Error(sentenceOf(await response.text(), response.status));
    }
    let text = "", timings = null;
    await readEvents(response.body, (event) => {
        if (event.error) {
            throw new Error(event.error.message);
        }
        const delta = event.choices && event.choices[0] && event.choices[0].delta;
        text += (delta && delta.content) || "";
        timings = event.timings || timings;
        item.textContent = text;
        item.scrollIntoView({ block: "end" });
    });
    history.push({ role: "assistant", content: text });
    if (timings) {
        const note = document.createElement("small");
        note.textContent = timings.predicted_n + " tokens, " + timings.predicted_per_second.toFixed(1) + " per second";
        item.append(note);
    }
}

function setAnswering(on) {
    answering = on ? new AbortController() : null;
    $("send").disabled = on;
    $("stop").hidden = !on;
}

async function ask(question) {
    history.push({ role: "user", content: question });
    addMessage("user", question);
    const item = addMessage("assistant", "…");
    setAnswering(true);
    try {
        await streamAnswer(item);
    } catch (error) {
        if (error.name === "AbortError") {
            history.push({ role: "assistant", content: item.textContent });
        } else {
            history.pop(); // the question was not answered: it is not part of the talk
            item.className = "error";
            item.textContent = error instanceof TypeError ? "The server cannot be reached. Is exosuit serve running?" : error.message;
        }
    }
    setAnswering(false);
}

$("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = $("question").value.trim();
    if (question && !answering) {
        $("question").value = "";
        ask(question);
    }
});

$("question").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        $("ask").requestSubmit();
    }
});

$("stop").addEventListener("click", () => answering && answering.abort());

$("clear").addEventListener("click", () => {
    if (answering) {
        answering.abort();
    }
    history.length = 0;
    $("messages").replaceChildren();
});

$("toggle").addEventListener("click", () => {
    const open = $("card").classList.toggle("open");
    $("toggle").setAttribute("aria-expanded", String(open));
});

show("base", new URL("v1", location.href).href);
refresh();
