import QtQuick
import Cria.App as Core

// What the rows of checkpoints ask of their list.
ListView {
    id: list

    required property Core.CheckpointController checkpoints

    // The row of the checkpoint that speaks, told by the row itself.
    property int speaker: -1

    signal opened

    onSpeakerChanged: {
        if (activeFocus)
            told.restart();
    }

    function focusSpeaker(): void {
        currentIndex = speaker >= 0 && speaker < count ? speaker : count > 0 ? 0 : -1;
        forceActiveFocus(Qt.PopupFocusReason);
    }
    function openRow(path: string): void {
        checkpoints.open(path);
        list.opened();
    }

    // A row tells while it is being made, when the list takes no orders.
    Timer {
        id: told

        interval: 0

        onTriggered: list.currentIndex = list.speaker
    }
}
