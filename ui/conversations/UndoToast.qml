import QtQuick
import QtQuick.Layouts
import Cria

// What was deleted, and the way back.
FocusScope {
    id: toast

    required property bool shown
    required property string text

    signal dismissed
    signal undone

    Accessible.name: text
    Accessible.role: Accessible.AlertMessage
    implicitHeight: shown ? Math.max(40, words.implicitHeight + 12) : 0
    visible: shown

    Rectangle {
        anchors.fill: parent
        color: Theme.claySoft
        radius: Theme.controlRadius
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 12
        anchors.rightMargin: 4
        spacing: 4

        TextLabel {
            id: words

            Layout.fillWidth: true
            maximumLineCount: 2
            text: toast.text
            wrapMode: Text.Wrap
        }
        ActionButton {
            focus: true
            ink: Theme.clayOnSoft
            objectName: "undo"
            quiet: true
            text: qsTr("Undo")

            onClicked: toast.undone()
        }
        IconButton {
            glyph: "close"
            ink: Theme.clayOnSoft
            text: qsTr("Dismiss")

            onClicked: toast.dismissed()
        }
    }
}
