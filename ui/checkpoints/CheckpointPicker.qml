import QtQuick
import QtQuick.Controls as C
import QtQuick.Layouts
import Cria
import Cria.App as Core

// The library of checkpoints by run, the way to open another folder, and how it is computed.
PopupCard {
    id: picker

    required property Core.CheckpointController checkpoints

    signal folderAsked

    contentWidth: Math.min(420, parent.Window.width - 48)
    objectName: "checkpointPicker"

    onOpened: {
        list.focusSpeaker();
        checkpoints.lookAtDevices();
    }

    contentHeight: layout.implicitHeight

    ColumnLayout {
        id: layout

        Accessible.name: qsTr("Checkpoints")
        Accessible.role: Accessible.Dialog
        anchors.fill: parent
        spacing: 8

        TextLabel {
            Layout.fillWidth: true
            Layout.leftMargin: 8
            font.weight: Font.DemiBold
            text: qsTr("Checkpoints")
        }
        TextLabel {
            Layout.fillWidth: true
            Layout.leftMargin: 8
            color: Theme.softInk
            elide: Text.ElideNone
            lineHeight: 1.3
            text: qsTr("None yet. Open a folder as it lies on Hugging Face: config.json, the weights and tokenizer.model.")
            visible: list.count === 0
            wrapMode: Text.Wrap
        }
        LibraryView {
            id: list

            Accessible.name: qsTr("Library of checkpoints")
            Accessible.role: Accessible.List
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(contentHeight, 300, Math.max(88, Window.height - 340))
            activeFocusOnTab: true
            boundsBehavior: Flickable.StopAtBounds
            cacheBuffer: 2000
            clip: true
            currentIndex: -1
            focus: true
            keyNavigationEnabled: true
            model: picker.checkpoints.library
            objectName: "library"
            section.property: "run"
            visible: count > 0

            C.ScrollBar.vertical: ThinScrollBar {
            }
            checkpoints: picker.checkpoints
            delegate: CheckpointRow {
            }

            onOpened: picker.close()
        }
        ActionButton {
            Layout.fillWidth: true
            objectName: "openFolder"
            text: qsTr("Open folder…")

            onClicked: {
                picker.close();
                picker.folderAsked();
            }
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.topMargin: 4
            color: Theme.hairline
            implicitHeight: 1
        }
        GridLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 8
            columnSpacing: 12
            columns: 2
            rowSpacing: 8

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 1

                TextLabel {
                    Layout.fillWidth: true
                    text: qsTr("Computed on")
                }
                MetaLabel {
                    Layout.fillWidth: true
                    objectName: "freeMemory"
                    text: picker.checkpoints.freeMemory
                    visible: text !== ""
                }
            }
            ChoiceBox {
                Layout.preferredWidth: 180
                current: picker.checkpoints.deviceChoice
                labels: picker.checkpoints.deviceLabels
                name: qsTr("Device")
                objectName: "deviceChoice"
                values: picker.checkpoints.deviceChoices

                onChosen: value => picker.checkpoints.deviceChoice = value
            }
            TextLabel {
                Layout.fillWidth: true
                text: qsTr("Precision of the weights")
            }
            ChoiceBox {
                Layout.preferredWidth: 180
                current: picker.checkpoints.precisionChoice
                labels: values.map(value => value === "auto" ? qsTr("automatic") : value)
                name: qsTr("Precision")
                objectName: "precisionChoice"
                values: picker.checkpoints.precisionChoices

                onChosen: value => picker.checkpoints.precisionChoice = value
            }
            TextLabel {
                Layout.fillWidth: true
                text: qsTr("Processor threads")
            }
            NumberField {
                Layout.preferredHeight: Theme.controlHeight
                Layout.preferredWidth: 180
                decimals: 0
                from: 0
                name: qsTr("Threads")
                objectName: "threadsChoice"
                offText: qsTr("automatic")
                offValue: 0
                to: 256
                value: picker.checkpoints.threadsChoice

                onEdited: number => picker.checkpoints.threadsChoice = number
            }
        }
    }
}
