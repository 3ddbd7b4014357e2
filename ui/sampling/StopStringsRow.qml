import QtQuick
import QtQuick.Layouts
import Cria
import Cria.App as Core

// The texts at which a reply ends. A chip's click removes it; + adds one.
FocusScope {
    id: row

    required property Core.SamplingController sampling
    property bool adding: false

    // Line breaks and tabs are typed as they are written in code.
    function unescaped(typed: string): string {
        return typed.replace(/\\([\\nt])/g, (match, letter) => letter === "n" ? "\n" : letter === "t" ? "\t" : "\\");
    }
    function finish(): void {
        const text = unescaped(field.text);
        adding = false;
        field.clear();
        if (text !== "")
            sampling.addStopString(text);
    }

    Accessible.description: qsTr("The reply ends where one of these texts appears.")
    Accessible.name: qsTr("Stop at")
    Accessible.role: Accessible.Grouping
    implicitHeight: column.implicitHeight

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        spacing: 6

        RowLayout {
            Layout.fillWidth: true
            spacing: 12

            TextLabel {
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: 2
                text: qsTr("Stop at")
            }
            StopFlow {
                sampling: row.sampling
                Layout.fillWidth: true
                layoutDirection: Qt.RightToLeft
                spacing: 4

                Chip {
                    Accessible.name: qsTr("Add a stop text")
                    leftPadding: 0
                    implicitWidth: 28
                    objectName: "addStop"
                    rightPadding: 0
                    text: "+"

                    onClicked: {
                        row.adding = true;
                        field.forceActiveFocus(Qt.OtherFocusReason);
                    }
                }
                Repeater {
                    model: row.sampling.stopStrings

                    StopChip {
                    }
                }
            }
        }
        InputField {
            id: field

            Accessible.name: qsTr("A text that ends the reply")
            Layout.fillWidth: true
            implicitHeight: 28
            leftPadding: 8
            objectName: "stopField"
            placeholderText: qsTr("a text, \\n for a new line")
            visible: row.adding

            Keys.onEscapePressed: {
                clear();
                row.adding = false;
            }
            onAccepted: row.finish()
            onActiveFocusChanged: {
                if (!activeFocus && row.adding)
                    row.finish();
            }
        }
    }
}
