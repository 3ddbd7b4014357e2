import QtQuick
import QtQuick.Layouts
import Cria

// A conversation without a word yet: three ways to begin. The demo llama says what it is, and what it can do.
Item {
    id: empty

    required property bool complete
    required property bool demo
    required property string checkpointName

    readonly property var beginnings: demo ? (complete ? [qsTr("Once upon a time"), qsTr("Long ago, a brave little mouse named"), qsTr("Once there was a shy little owl named")] : [qsTr("Tell me a story about a fox and a lantern."), qsTr("Tell me a story about an owl and a kite."), qsTr("Hello! Who are you?")]) : complete ? [qsTr("Once upon a time there was a young llama who"), qsTr("The three laws of thermodynamics are"), qsTr("def fibonacci(n):")] : [qsTr("Why is the sky blue?"), qsTr("Write a haiku about winter."), qsTr("Explain grouped-query attention in two sentences.")]

    signal chosen(string text)

    ColumnLayout {
        anchors.centerIn: parent
        spacing: 8
        width: Math.min(568, parent.width - 48)

        TextLabel {
            Layout.bottomMargin: 4
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.titleSize
            font.weight: Font.DemiBold
            horizontalAlignment: Text.AlignHCenter
            text: empty.demo ? (empty.complete ? qsTr("Begin a story; the demo llama goes on") : qsTr("Ask the demo llama for a story")) : empty.complete ? qsTr("Begin a text; %1 goes on").arg(empty.checkpointName) : qsTr("Say something to %1").arg(empty.checkpointName)
            wrapMode: Text.Wrap
        }
        DemoNote {
            Layout.bottomMargin: 4
            Layout.fillWidth: true
            objectName: "demoNote"
            visible: empty.demo
        }
        BeginningButton {
            objectName: "beginning0"
            text: empty.beginnings[0]

            onClicked: empty.chosen(text)
        }
        BeginningButton {
            objectName: "beginning1"
            text: empty.beginnings[1]

            onClicked: empty.chosen(text)
        }
        BeginningButton {
            objectName: "beginning2"
            text: empty.beginnings[2]

            onClicked: empty.chosen(text)
        }
        MetaLabel {
            Layout.fillWidth: true
            Layout.topMargin: 4
            elide: Text.ElideNone
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("The dots above are its ages: ask a younger one the same.")
            visible: empty.demo && empty.height > 250
            wrapMode: Text.Wrap
        }
        TinyLlamaSource {
            Layout.fillWidth: true
            Layout.topMargin: 24
            visible: empty.demo && empty.height > 400
        }
    }
}
