// The page that `exosuit serve` shows: a chat through llama-server's OpenAI endpoint, and the card at work, read from
// status.json (kept by `exosuit serve`), /props and /slots (llama-server's own). Nothing is loaded from elsewhere, and nothing
// that a model writes becomes markup: text enters the page as text nodes only.
"use strict";

const $ = (id) => document.getElementById(id);
const talk = []; // what was said, as the server wants it
let answering = null; // the AbortController of the answer that is being written

const show = (id, text) => { $(id).textContent = text; };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function fetchJson(path) {
    const response = await fetch(path, { cache: "no-store" });
    if (!response.ok) {
        throw new Error(path + ": " + response.status);
    }
    return response.json();
}

function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) {
        element.className = className;
    }
    element.textContent = text || "";
    return element;
}

function makeButton(text, label, onClick) {
    const button = make("button", "small", text);
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => onClick(button));
    return button;
}

async function copy(text, button) {
    try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
    } catch (error) {
        button.textContent = "Not allowed";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

// ---- the card ----------------------------------------------------------------------------------------------------------

const gib = (bytes) => (bytes / 2 ** 30).toFixed(1) + " GiB";
const speed = (value) => (value > 0 ? value.toFixed(1) : "–");
const states = { ready: "ready", starting: "loading the model", down: "not serving" };

function showState(state, text) {
    show("state", text);
    $("state").className = "state " + state;
}

function showStatus(status) {
    show("card-name", status.card || "The card");
    $("simulated").hidden = !status.simulated;
    show("model", status.model);
    show("link", status.link);
    show("device", status.device);
    show("decode", speed(status.tokens_per_s));
    show("prompt", speed(status.prompt_tokens_per_s));
    $("vram-meter").parentElement.hidden = !(status.vram_bytes > 0);
    if (status.vram_bytes > 0) {
        $("vram-meter").value = status.vram_used / status.vram_bytes;
        show("vram", gib(status.vram_used) + " of " + gib(status.vram_bytes));
    }
    showState(status.state, states[status.state] || status.state);
    $("notice").hidden = !status.message;
    if ($("notice").textContent !== status.message) { // an alert is read out whenever it is set
        show("notice", status.message);
    }
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
        showState("down", "exosuit serve does not answer");
    }
    setTimeout(refresh, document.hidden ? 10000 : 1500);
}

// ---- messages ----------------------------------------------------------------------------------------------------------

// Keeps the end in sight, unless the reader has scrolled up.
function follow(change) {
    const box = $("scroll"), atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    change();
    if (atEnd) {
        box.scrollTop = box.scrollHeight;
    }
}

// Code between backticks is set as code; all else stays as it was written.
function setText(element, text) {
    element.replaceChildren();
    text.split(/```[^\n`]*\n?/).forEach((part, i) => {
        if (i % 2) {
            const block = make("pre", "", "");
            block.append(make("code", "", part.replace(/\n$/, "")));
            element.append(block);
            return;
        }
        part.split(/`([^`\n]+)`/).forEach((piece, k) => element.append(k % 2 ? make("code", "", piece) : piece));
    });
}

function addMessage(role, text) {
    const item = make("li", role), body = make("div", "text");
    item.append(body);
    $("welcome").hidden = true;
    follow(() => {
        $("messages").append(item);
        setText(body, text);
    });
    return item;
}

function addAfter(item, text, note) {
    const after = make("div", "after");
    if (text) {
        after.append(makeButton("Copy", "Copy this answer", (button) => copy(text, button)));
    }
    after.append(make("span", "", note));
    follow(() => item.append(after));
}

// Under a question that was not answered. Trying again takes away what was there of the attempt.
function addError(sentence, question, attempt) {
    const item = addMessage("error", sentence), after = make("div", "after");
    after.append(makeButton("Try again", "Ask this again", () => {
        if (!answering) {
            [item, ...attempt].forEach((element) => element.remove());
            ask(question);
        }
    }));
    follow(() => item.append(after));
}

// ---- answers -----------------------------------------------------------------------------------------------------------

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

// Streams the answer into `answer`, so that what has come is there even if the rest does not come.
async function streamAnswer(answer, onText) {
    const system = $("system").value.trim();
    const messages = system ? [{ role: "system", content: system }, ...talk] : talk;
    const response = await fetch("v1/chat/completions", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ messages, stream: true }),
        signal: answering.signal,
    });
    if (!response.ok) {
        throw Object.assign(new Error(sentenceOf(await response.text(), response.status)), { status: response.status });
    }
    await readEvents(response.body, (event) => {
        if (event.error) {
            throw new Error(event.error.message);
        }
        const choice = (event.choices && event.choices[0]) || {};
        answer.text += (choice.delta && choice.delta.content) || "";
        answer.end = choice.finish_reason || answer.end;
        answer.timings = event.timings || answer.timings;
        onText();
    });
    if (!answer.end) {
        throw new Error("The answer broke off.");
    }
}

// An answer that was being written when the card went ends with llama-server's own error, or with none. `serve` knows more a
// moment later.
async function sentenceFor(error) {
    for (let i = 0; i < 8 && !(error.status < 500); i++) {
        const status = await fetchJson("status.json").catch(() => null);
        if (status && status.message) {
            return status.message;
        }
        await sleep(250);
    }
    return error instanceof TypeError ? "The server cannot be reached. Is exosuit serve running?" : error.message;
}

function noteOf(answer, stopped) {
    const t = answer.timings;
    const words = t ? [t.predicted_n + " tokens, " + t.predicted_per_second.toFixed(1) + " per second"] : [];
    if (stopped) {
        words.push("stopped");
    } else if (answer.end === "length") {
        words.push("cut off: the context is full");
    }
    return words.join(", ");
}

function setAnswering(on) {
    answering = on ? new AbortController() : null;
    $("send").hidden = on;
    $("stop").hidden = !on;
}

async function ask(question) {
    talk.push({ role: "user", content: question });
    const asked = addMessage("user", question), item = addMessage("assistant", "");
    const answer = { text: "", timings: null, end: null };
    $("scroll").scrollTop = $("scroll").scrollHeight;
    item.classList.add("writing");
    setAnswering(true);
    const signal = answering.signal;
    let failure = null;
    try {
        await streamAnswer(answer, () => follow(() => setText(item.firstChild, answer.text)));
    } catch (error) {
        failure = error.name === "AbortError" ? null : error;
    }
    item.classList.remove("writing");
    if (failure) {
        const sentence = await sentenceFor(failure);
        talk.pop(); // the question was not answered: it is not part of the talk
        if (asked.isConnected) { // not after "New chat"
            addError(sentence, question, [asked, item]);
        }
        if (!answer.text) {
            item.remove();
        }
    } else if (item.isConnected) { // not after "New chat"
        talk.push({ role: "assistant", content: answer.text });
        addAfter(item, answer.text, noteOf(answer, signal.aborted));
        show("announce", answer.text);
    }
    setAnswering(false);
}

// ---- what a person does --------------------------------------------------------------------------------------------------

function fitQuestion() {
    const box = $("question");
    box.style.height = "auto";
    box.style.height = box.scrollHeight + "px";
}

const stop = () => answering && answering.abort();

$("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = $("question").value.trim();
    if (question && !answering) {
        $("question").value = "";
        fitQuestion();
        ask(question);
    }
});

$("question").addEventListener("input", fitQuestion);

$("question").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        $("ask").requestSubmit();
    }
});

document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
        stop();
        showCard(false);
    }
});

$("stop").addEventListener("click", () => {
    stop();
    $("question").focus();
});

$("clear").addEventListener("click", () => {
    stop();
    talk.length = 0;
    $("messages").replaceChildren();
    $("welcome").hidden = false;
    $("question").focus();
});

$("examples").addEventListener("click", (event) => {
    if (event.target.tagName === "BUTTON" && !answering) {
        ask(event.target.textContent);
        $("question").focus();
    }
});

function showCard(on) {
    $("card").classList.toggle("open", on);
    $("toggle").setAttribute("aria-expanded", String(on));
    show("toggle", on ? "Chat" : "Card");
}

$("toggle").addEventListener("click", () => showCard(!$("card").classList.contains("open")));

$("copy-base").addEventListener("click", (event) => copy($("base").textContent, event.target));

show("base", new URL("v1", location.href).href);
refresh();
