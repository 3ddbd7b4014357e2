import QtQuick

QtObject {
    id: checkpoints

    property ListModel library: ListModel {
    }
    property string state: "none"
    property real loadProgress: 0
    property string loadText: ""
    property string name: ""
    property string label: ""
    property string loadingName: ""
    property string path: ""
    property string shortLabel: ""
    property string signature: shortLabel
    property string device: "CPU"
    property string deviceName: "A processor with 2 threads"
    property string precision: "f16"
    property real tokensPerSecond: 0
    property var deviceChoices: ["auto", "cpu", "cuda:0"]
    property var deviceLabels: ["automatic", "CPU", "NVIDIA GeForce RTX 4090"]
    property string freeMemory: "21.3 GB of memory free"
    property int looks: 0
    property var precisionChoices: ["auto", "f32", "f16", "bf16", "q8", "q4"]
    property string deviceChoice: "auto"
    property string precisionChoice: "auto"
    property int threadsChoice: 0
    property string notes: ""
    property string errorTitle: ""
    property string errorText: ""
    property bool chatTuned: true
    property bool demo: false
    property var opened: []

    function dismissNotes(): void {
        notes = "";
    }
    function lookAtDevices(): void {
        looks += 1;
    }
    function dismissError(): void {
        errorTitle = "";
        errorText = "";
    }
    function open(wanted: string): void {
        opened = opened.concat([wanted]);
        for (let i = 0; i < library.count; ++i) {
            const entry = library.get(i);
            library.setProperty(i, "spare", entry.current && entry.path !== wanted);
            library.setProperty(i, "current", entry.path === wanted);
            if (entry.path === wanted) {
                path = wanted;
                name = entry.name;
                label = entry.label;
                shortLabel = entry.shortLabel;
                state = "ready";
            }
        }
    }
    function openFolderUrl(url: url): void {
    }
    function cancelLoading(): void {
        state = "none";
    }
    function forget(gone: string): void {
        for (let i = library.count - 1; i >= 0; --i) {
            if (library.get(i).path === gone)
                library.remove(i);
        }
    }
    // The demo llama, its last age open.
    function fillDemo(): void {
        for (const step of ["000100", "000300", "000700", "003200"])
            library.append({
                    "path": "/usr/share/cria/demo/step-" + step,
                    "name": "Demo llama",
                    "label": "step " + Number(step),
                    "shortLabel": String(Number(step)),
                    "run": "Demo llama · comes with Cria",
                    "current": false,
                    "spare": false,
                    "available": true
                });
        demo = true;
        open("/usr/share/cria/demo/step-003200");
    }
    // TinyLlama as it came to be, `here` of its ages on this disk, and a chat model.
    function fill(here: int): void {
        const ages = [["50k", "105B"], ["240k", "503B"], ["480k", "1T"], ["715k", "1.5T"], ["955k", "2T"], ["1195k", "2.5T"], ["1431k", "3T"]];
        for (let i = 0; i < ages.length; ++i)
            library.append({
                    "path": "/models/TinyLlama-1.1B-step-" + ages[i][0],
                    "name": "TinyLlama 1.1B",
                    "label": "step " + ages[i][0] + " · " + ages[i][1] + " tokens",
                    "shortLabel": ages[i][0],
                    "run": "TinyLlama 1.1B intermediate",
                    "current": false,
                    "spare": false,
                    "available": i < here
                });
        library.append({
                "path": "/models/TinyLlama-1.1B-Chat-v1.0",
                "name": "TinyLlama 1.1B",
                "label": "Chat v1.0",
                "shortLabel": "Chat v1.0",
                "run": "TinyLlama 1.1B chat",
                "current": false,
                "spare": false,
                "available": true
            });
    }
}
