import QtQuick
import Cria.App as Core

// Every state of the window that is drawn with care, by name, over the mock.
QtObject {
    id: gallery

    readonly property var scenes: ["conversation", "streaming", "complete", "first", "demo", "demotext", "demopicker", "demochip", "loading", "error", "notes", "interrupted", "emptysearch", "nearlyfull", "longword", "righttoleft", "widecode", "store", "settings", "unsaved", "uncopied", "empty", "picker", "undo", "editing", "policy", "more", "prompt", "focus", "left", "right"]
    property Core.Application app: Core.Application {
    }

    function reply(text: string, more: var): void {
        app.chat.add(Object.assign({
                    "text": text,
                    "tokensPerSecond": 18.4
                }, more));
    }
    function say(text: string): void {
        app.chat.add({
                "role": "user",
                "text": text,
                "checkpointLabel": "",
                "seed": ""
            });
    }
    function fillConversations(): void {
        const id = app.conversations.add("Pretraining in 90 days", "715k · 2 replies", "Today");
        app.conversations.add("The fox and the lantern", "480k · 4 replies", "Today");
        app.conversations.add("Why is the sky blue?", "Chat v1.0 · 1 reply", "Today");
        app.conversations.add("Haiku about winter", "240k · 1 reply", "Last week");
        app.conversations.add("Explain grouped-query attention", "Chat v1.0 · 3 replies", "Last week");
        app.conversations.add("Continue: In the beginning", "480k · 1 reply", "Last week");
        app.conversations.open(id);
    }
    function openRun(): void {
        app.checkpoints.fill(4);
        app.checkpoints.open("/models/TinyLlama-1.1B-step-480k");
        app.checkpoints.open("/models/TinyLlama-1.1B-step-715k");
        app.checkpoints.tokensPerSecond = 18.4;
        app.sampling.topK = 10;
        app.sampling.repetitionPenalty = 1.5;
        app.sampling.seedFixed = true;
        app.chat.contextUsed = 412;
    }
    function conversation(): void {
        fillConversations();
        openRun();
        app.chat.title = "Pretraining in 90 days";
        say("Can one pretrain a 1.1B model on 3 trillion tokens in 90 days with 16 GPUs?");
        reply("The model is a 1.1B parameters, which is the number of parameters. It can be trained on the data, and the data can be trained on the model.", {
                "checkpointLabel": "240k",
                "tokensPerSecond": 17.9
            });
        say("Say it again, with numbers.");
        reply("With 16 A100-40G GPUs and a throughput of 24 thousand tokens per second on each of them, three trillion tokens take about 90 days. The batch size is two million tokens.", {
                "siblingIndex": 2,
                "siblingCount": 3
            });
    }
    // Sets the scene before the window is made.
    function prepare(scene: string): void {
        switch (scene) {
        case "first":
            return;
        case "demo":
        case "demotext":
        case "demopicker":
        case "demochip":
            app.conversations.create();
            app.checkpoints.fillDemo();
            app.chat.mode = scene === "demotext" ? "complete" : "chat";
            app.chat.contextUsed = 0;
            return;
        case "store":
            conversation();
            app.conversations.storeError = "Another window of Cria has this library open. What is said here is not kept.";
            app.conversations.readOnly = true;
            return;
        case "unsaved":
            conversation();
            app.closing.fails = 1;
            app.closing.copy = "/home/ada/cria-unsaved-453a8e83b32d.json";
            return;
        case "uncopied":
            conversation();
            app.closing.fails = 1;
            app.closing.textResult = "Saved as /media/stick/unsaved.md.";
            return;
        case "settings":
            conversation();
            app.conversations.storeNotice = "What could not be saved before Cria was closed is back in your conversations.";
            app.preferences.problem = "The file of your settings could not be read. It was kept as /home/ada/.local/share/cria/preferences.json.damaged-20250412-101500-123, and Cria begins with its defaults.";
            return;
        case "streaming":
            conversation();
            say("And how long with 8 of them?");
            reply("Twice as long: about 180 days, if nothing else is in the way of the", {
                    "status": "streaming"
                });
            app.chat.generating = true;
            app.chat.phase = "writing";
            app.sampling.stopStrings = ["User:", "\n\n"];
            return;
        case "complete":
            fillConversations();
            openRun();
            app.chat.mode = "complete";
            say("Once upon a time there was a young llama who");
            reply(" lived on a high plain. Every morning she went down to the river, and every evening she came back with one more word.\n\nThe old llamas shook their heads.", {
                    "status": "length"
                });
            say("But the young llama");
            reply(" did not mind at all, and went on collecting them.", {
                    "status": "streaming"
                });
            return;
        case "loading":
            fillConversations();
            openRun();
            app.checkpoints.state = "loading";
            app.checkpoints.loadingName = "TinyLlama 1.1B";
            app.checkpoints.loadProgress = 0.55;
            app.checkpoints.loadText = "1.2 of 2.2 GB";
            return;
        case "error":
            fillConversations();
            app.checkpoints.state = "error";
            app.checkpoints.errorTitle = "This checkpoint cannot be opened";
            app.checkpoints.errorText = "model.safetensors ends after 1.1 GB, but its header promises 2.2 GB: the download was cut short. Fetch the file again, or open another folder.";
            return;
        case "notes":
            conversation();
            app.checkpoints.notes = "The CPU computes, not a GPU: the driver of the NVIDIA GPU is older than CUDA 13 needs; update it. generation_config.json is not used: top_p must be between 0 and 1, not 2.";
            return;
        case "interrupted":
            conversation();
            say("And how long with 8 of them?");
            reply("Twice as long: about 180 days, if", {
                    "status": "interrupted"
                });
            say("Are you there?");
            reply("", {
                    "status": "error",
                    "errorText": "The processor ran out of memory for the cache (2048 tokens need 46 MB). Choose f16 or a smaller context.",
                    "tokensPerSecond": 0
                });
            return;
        case "nearlyfull":
            conversation();
            app.chat.contextUsed = 1990;
            app.chat.notice = "The context is nearly full: 58 tokens are left, then the reply stops.";
            return;
        case "longword":
            fillConversations();
            openRun();
            say("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3));
            reply("Pneumonoultramicroscopicsilicovolcanoconiosis".repeat(6) + " is a word.", {});
            return;
        case "righttoleft":
            fillConversations();
            openRun();
            say("לָמָה הַשָּׁמַיִם כְּחֻלִּים?");
            reply("السماء زرقاء لأن جزيئات الهواء تبعثر الضوء الأزرق أكثر من الأحمر. وهذا ما يسمى تبعثر رايلي، وقد وُصف في القرن التاسع عشر.", {});
            say("And in English?");
            reply("Because air scatters blue light more than red.", {});
            return;
        case "widecode":
            fillConversations();
            openRun();
            say("Show me RMSNorm.");
            reply("Each value is divided by the root of the mean square:\n\n```cpp\nvoid rms_norm(const float* x, const float* weight, float* out, int n, float epsilon) {  // one row of n values, any n\n  float sum = 0;\n  for (int i = 0; i < n; ++i) sum += x[i] * x[i];\n  const float scale = 1.0f / std::sqrt(sum / n + epsilon);\n  for (int i = 0; i < n; ++i) out[i] = x[i] * scale * weight[i];\n}\n```\n\nThe weight is learned, one a channel.", {});
            return;
        case "empty":
            app.conversations.create();
            openRun();
            app.chat.contextUsed = 0;
            return;
        default:
            conversation();
        }
    }
    // What only a window can show.
    function act(scene: string, window: var): void {
        const find = (item, name) => {
            if (item.objectName === name)
                return item;
            for (let i = 0; i < item.children.length; ++i) {
                const found = find(item.children[i], name);
                if (found)
                    return found;
            }
            return null;
        };
        const press = name => find(window.contentItem, name).clicked();
        if (app.closing.fails > 0)
            window.close();
        else if (scene === "demochip")
            press("demoChip");
        else if (scene === "picker" || scene === "demopicker")
            press("checkpointButton");
        else if (scene === "policy")
            press("contextMeter");
        else if (scene === "prompt")
            press("promptButton");
        else if (scene === "left")
            press("toggleLeft");
        else if (scene === "right")
            press("toggleRight");
        else if (scene === "focus")
            find(window.contentItem, "messageList").forceActiveFocus(Qt.TabFocusReason);
        else if (scene === "more")
            press("moreSettings");
        else if (scene === "undo")
            app.conversations.remove("c4");
        else if (scene === "emptysearch")
            find(window.contentItem, "search").text = "zebra";
        else if (scene === "editing") {
            const list = find(window.contentItem, "messageList");
            list.currentIndex = 2;
            list.currentItem.beginEditing();
        }
    }
}
