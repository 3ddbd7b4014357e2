import QtQuick

// Saving fails `fails` times before it succeeds.
QtObject {
    id: closing

    property bool asking: false
    property bool saving: false
    property string problem: ""
    property string copy: ""
    property string textResult: ""
    property int fails: 0
    property var calls: []

    signal closeNow

    function mayClose(): bool {
        calls = calls.concat(["close"]);
        if (fails === 0)
            return true;
        --fails;
        problem = "The disk is full: /home/ada/.local/share/cria/cria.db cannot grow.";
        asking = true;
        return false;
    }
    function tryAgain(): void {
        calls = calls.concat(["again"]);
        if (fails > 0)
            --fails;
        else
            closeAnyway();
    }
    function saveText(file: url): void {
        calls = calls.concat(["text"]);
        textResult = "Saved as " + file;
    }
    function closeAnyway(): void {
        calls = calls.concat(["anyway"]);
        asking = false;
        closeNow();
    }
    function stay(): void {
        calls = calls.concat(["stay"]);
        asking = false;
    }
}
