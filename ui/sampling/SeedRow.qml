import QtQuick
import QtQuick.Layouts
import Cria
import Cria.App as Core

// The seed: fixed (the same reply again) or a new one for each reply.
FocusScope {
    id: row

    required property Core.SamplingController sampling

    Accessible.description: qsTr("The same seed, settings and checkpoint give the same reply.")
    Accessible.name: qsTr("Seed")
    Accessible.role: Accessible.Grouping
    implicitHeight: column.implicitHeight

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        spacing: 6

        RowLayout {
            Layout.fillWidth: true
            spacing: 4

            TextLabel {
                Layout.fillWidth: true
                text: qsTr("Seed")
            }
            Chip {
                choice: true
                chosen: row.sampling.seedFixed
                objectName: "seedFixed"
                text: qsTr("fixed")

                onClicked: row.sampling.seedFixed = true
            }
            Chip {
                choice: true
                chosen: !row.sampling.seedFixed
                objectName: "seedRandom"
                text: qsTr("random")

                onClicked: row.sampling.seedFixed = false
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: 4
            visible: row.sampling.seedFixed

            InputField {
                id: field

                Accessible.name: qsTr("Seed")
                Layout.fillWidth: true
                horizontalAlignment: TextInput.AlignRight
                implicitHeight: 24
                inputMethodHints: Qt.ImhDigitsOnly
                leftPadding: 8
                maximumLength: 20
                objectName: "seed"
                rightPadding: 8
                text: row.sampling.seed

                onEditingFinished: {
                    if (text.trim() !== "")
                        row.sampling.seed = text.trim();
                    text = Qt.binding(() => row.sampling.seed);
                }

                validator: RegularExpressionValidator {
                    regularExpression: /[0-9]*/
                }
            }
            IconButton {
                glyph: "regenerate"
                text: qsTr("Draw a new seed")

                onClicked: row.sampling.newSeed()
            }
        }
    }
}
