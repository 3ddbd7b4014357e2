import QtQuick
import Cria
import Cria.App as Core

// Every checkpoint of the run on one line, youngest first, filled up to the one that speaks. Runs of one have no line.
FocusScope {
    id: line

    required property Core.CheckpointController checkpoints
    // The run of the open checkpoint and its dots, kept up by the dots themselves.
    property string run: ""
    property int dotCount: 0
    property AgeDot currentDot: null
    readonly property bool worthwhile: run !== "" && dotCount > 1

    Accessible.name: qsTr("Checkpoints of this run")
    Accessible.role: Accessible.Grouping
    implicitHeight: worthwhile ? 44 : 0
    visible: worthwhile

    // Called by every dot when what it shows changes; a library has tens of rows.
    function recount(): void {
        let newest = "";
        let count = 0;
        let current = null;
        for (let i = 0; i < dots.count; ++i) {
            const dot = dots.itemAt(i) as AgeDot;
            if (dot !== null && dot.current) {
                newest = dot.run;
                current = dot;
            }
        }
        for (let i = 0; i < dots.count; ++i) {
            const dot = dots.itemAt(i) as AgeDot;
            if (dot !== null && dot.run === newest && newest !== "")
                ++count;
        }
        run = newest;
        dotCount = count;
        currentDot = current;
    }

    // Opens the next (1) or the previous (-1) checkpoint of the run.
    function step(delta: int): void {
        if (!worthwhile || currentDot === null)
            return;
        for (let i = currentDot.index + delta; i >= 0 && i < dots.count; i += delta) {
            const dot = dots.itemAt(i) as AgeDot;
            if (dot !== null && dot.run === run && dot.available) {
                checkpoints.open(dot.path);
                return;
            }
        }
    }

    // Rows change one after the other; they are counted once, when all have.
    Timer {
        id: settled

        interval: 0

        onTriggered: line.recount()
    }
    Rectangle {
        color: Theme.track
        height: 4
        radius: 2
        width: line.width
        y: 12

        Rectangle {
            color: Theme.clay
            height: parent.height
            radius: 2
            width: line.currentDot === null ? 0 : line.currentDot.x + line.currentDot.width / 2

            Behavior on width  {
                NumberAnimation {
                    duration: Theme.duration
                }
            }
        }
    }
    AgeTrack {
        id: track

        anchors.fill: parent
        currentIndex: line.currentDot === null ? -1 : line.currentDot.index
        run: line.run
        spacing: 0

        onAsked: path => line.checkpoints.open(path)
        onChanged: settled.restart()
        onStepped: delta => line.step(delta)

        Repeater {
            id: dots

            model: line.checkpoints.library

            onCountChanged: settled.restart()

            AgeDot {
            }
        }
    }
}
