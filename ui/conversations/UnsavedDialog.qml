import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Cria
import Cria.App as Core

// The window was asked to close, and not everything is saved. Escape goes back to the window.
PopupCard {
    id: dialog

    required property Core.ClosingController closing
    readonly property bool copied: closing.copy !== ""

    signal textAsked

    anchors.centerIn: T.Overlay.overlay
    closePolicy: T.Popup.NoAutoClose
    modal: true
    padding: 20
    visible: closing.asking
    width: Math.min(520, (parent ? parent.width : 0) - 32)

    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }

    onOpened: {
        again.forceActiveFocus(Qt.TabFocusReason);
        // The second time it has the focus already, and no event says why.
        again.focusReason = Qt.TabFocusReason;
    }

    ColumnLayout {
        id: column

        function answer(key: int): bool {
            if (key !== Qt.Key_Escape)
                return false;
            dialog.closing.stay();
            return true;
        }

        Accessible.description: problem.text + " " + rest.text
        Accessible.name: title.text
        Accessible.role: Accessible.AlertMessage
        Keys.onPressed: event => event.accepted = answer(event.key)
        spacing: 12
        width: parent.width

        TextLabel {
            id: title

            Layout.fillWidth: true
            color: Theme.brick
            font.weight: Font.DemiBold
            text: qsTr("Not everything is saved")
            wrapMode: Text.Wrap
        }
        TextLabel {
            id: problem

            Layout.fillWidth: true
            elide: Text.ElideNone
            lineHeight: 1.25
            objectName: "unsavedProblem"
            text: dialog.closing.problem
            wrapMode: Text.Wrap
        }
        TextLabel {
            id: rest

            Layout.fillWidth: true
            elide: Text.ElideNone
            lineHeight: 1.25
            objectName: "unsavedCopy"
            text: dialog.copied ? qsTr("A copy of it lies in %1. If you close Cria, its next start brings it back from there.").arg(dialog.closing.copy) : qsTr("No other place takes a copy. If you close Cria, what is not saved is lost.")
            wrapMode: Text.Wrap
        }
        TextLabel {
            Layout.fillWidth: true
            color: Theme.softInk
            elide: Text.ElideNone
            objectName: "unsavedText"
            text: dialog.closing.textResult
            visible: text !== ""
            wrapMode: Text.Wrap
        }
        Flow {
            Layout.fillWidth: true
            Layout.topMargin: 4
            spacing: 8

            ActionButton {
                id: again

                enabled: !dialog.closing.saving
                objectName: "unsavedAgain"
                primary: true
                text: qsTr("Try again")

                onClicked: dialog.closing.tryAgain()
            }
            ActionButton {
                objectName: "unsavedSaveText"
                text: qsTr("Save as text…")

                onClicked: dialog.textAsked()
            }
            ActionButton {
                ink: dialog.copied ? Theme.ink : Theme.brick
                objectName: "unsavedClose"
                text: qsTr("Close anyway")

                onClicked: dialog.closing.closeAnyway()
            }
            ActionButton {
                enabled: !dialog.closing.saving
                objectName: "unsavedStay"
                quiet: true
                text: qsTr("Do not close")

                onClicked: dialog.closing.stay()
            }
        }
    }
}
