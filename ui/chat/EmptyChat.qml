import QtQuick
import QtQuick.Layouts
import Cria

// A conversation without a word yet: three ways to begin.
Item {
    id: empty

    required property bool complete
    required property string checkpointName

    readonly property var beginnings: complete ? [qsTr("Once upon a time there was a young llama who"), qsTr("The three laws of thermodynamics are"), qsTr("def fibonacci(n):")] : [qsTr("Why is the sky blue?"), qsTr("Write a haiku about winter."), qsTr("Explain grouped-query attention in two sentences.")]

    signal chosen(string text)

    ColumnLayout {
        anchors.centerIn: parent
        spacing: 8
        width: Math.min(440, parent.width - 48)

        TextLabel {
            Layout.bottomMargin: 4
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.titleSize
            font.weight: Font.DemiBold
            horizontalAlignment: Text.AlignHCenter
            text: empty.complete ? qsTr("Begin a text; %1 goes on").arg(empty.checkpointName) : qsTr("Say something to %1").arg(empty.checkpointName)
            wrapMode: Text.Wrap
        }
        BeginningButton {
            text: empty.beginnings[0]

            onClicked: empty.chosen(text)
        }
        BeginningButton {
            text: empty.beginnings[1]

            onClicked: empty.chosen(text)
        }
        BeginningButton {
            text: empty.beginnings[2]

            onClicked: empty.chosen(text)
        }
    }
}
