import QtQuick
import QtQuick.Layouts
import Cria
import Cria.App as Core

// The middle: which llama, what was said, and the composer.
FocusScope {
    id: pane

    required property Core.Application app
    readonly property string stage: app.checkpoints.state

    signal folderAsked
    signal leftPaneToggled
    signal rightPaneToggled

    function step(delta: int): void {
        header.step(delta);
    }
    function focusComposer(): void {
        composer.focusText();
    }
    function keepEdit(): void {
        messages.keepEdit();
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.page
    }
    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        ChatHeader {
            id: header

            Layout.fillWidth: true
            checkpoints: pane.app.checkpoints
            room: pane.width

            onFolderAsked: pane.folderAsked()
            onLeftPaneToggled: pane.leftPaneToggled()
            onRightPaneToggled: pane.rightPaneToggled()
        }
        Banner {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.maximumWidth: 720
            Layout.rightMargin: 12
            Layout.topMargin: visible ? 12 : 0
            objectName: "storeBanner"
            text: pane.app.conversations.storeError
            title: pane.app.conversations.readOnly ? qsTr("Read-only: nothing new is kept") : text === "" ? "" : qsTr("The conversation could not be saved")
            tone: pane.app.conversations.readOnly ? Theme.ochre : Theme.brick
        }
        Banner {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.maximumWidth: 720
            Layout.rightMargin: 12
            Layout.topMargin: visible ? 12 : 0
            dismissable: true
            objectName: "noticeBanner"
            text: pane.app.conversations.storeNotice
            title: text === "" ? "" : qsTr("Your conversations")
            tone: Theme.ochre

            onDismissed: pane.app.conversations.dismissStoreNotice()
        }
        Banner {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.maximumWidth: 720
            Layout.rightMargin: 12
            Layout.topMargin: visible ? 12 : 0
            buttonText: visible ? qsTr("Open another folder…") : ""
            dismissable: true
            objectName: "checkpointBanner"
            text: pane.app.checkpoints.errorText
            title: pane.app.checkpoints.errorTitle

            onActed: pane.folderAsked()
            onDismissed: pane.app.checkpoints.dismissError()
        }
        Banner {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.maximumWidth: 720
            Layout.rightMargin: 12
            Layout.topMargin: visible ? 12 : 0
            dismissable: true
            objectName: "checkpointNotes"
            text: pane.app.checkpoints.notes
            title: text === "" ? "" : qsTr("About this checkpoint")
            tone: Theme.ochre

            onDismissed: pane.app.checkpoints.dismissNotes()
        }
        Banner {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.maximumWidth: 720
            Layout.rightMargin: 12
            Layout.topMargin: visible ? 12 : 0
            dismissable: true
            objectName: "preferencesBanner"
            // A folder that nothing can be saved in is said once, by the banner above.
            text: pane.app.conversations.storeError === "" ? pane.app.preferences.problem : ""
            title: text === "" ? "" : qsTr("Your settings")
            tone: Theme.ochre

            onDismissed: pane.app.preferences.dismissProblem()
        }
        Item {
            Layout.fillHeight: true
            Layout.fillWidth: true

            MessageList {
                id: messages

                anchors.fill: parent
                chat: pane.app.chat
                currentLabel: pane.app.checkpoints.signature
                visible: count > 0
            }
            NoCheckpoint {
                anchors.fill: parent
                libraryEmpty: pane.app.checkpoints.library.count === 0
                visible: messages.count === 0 && (pane.stage === "none" || pane.stage === "error") && pane.app.checkpoints.errorTitle === ""

                onFolderAsked: pane.folderAsked()
                onPickerAsked: header.openPicker()
            }
            EmptyChat {
                anchors.fill: parent
                checkpointName: pane.app.checkpoints.name
                complete: pane.app.chat.mode === "complete"
                demo: pane.app.checkpoints.demo
                visible: messages.count === 0 && pane.stage === "ready"

                // At once; what stands in the composer stays there.
                onChosen: text => {
                    pane.app.chat.send(text);
                    composer.focusText();
                }
            }
        }
        Banner {
            Layout.alignment: Qt.AlignHCenter
            Layout.bottomMargin: visible ? 8 : 0
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.maximumWidth: 720
            Layout.rightMargin: 12
            dismissable: true
            objectName: "chatBanner"
            text: pane.app.chat.errorText
            title: pane.app.chat.errorTitle

            onDismissed: pane.app.chat.dismissError()
        }
        TextLabel {
            Layout.alignment: Qt.AlignHCenter
            Layout.bottomMargin: 6
            Layout.leftMargin: 24
            Layout.maximumWidth: 680
            Layout.rightMargin: 24
            color: Theme.ochre
            elide: Text.ElideNone
            objectName: "notice"
            text: pane.app.chat.notice
            visible: text !== ""
            wrapMode: Text.Wrap
        }
        Composer {
            id: composer

            Layout.alignment: Qt.AlignHCenter
            Layout.bottomMargin: pane.height > 560 ? 20 : 10
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.maximumWidth: 720
            Layout.rightMargin: 12
            chat: pane.app.chat
            focus: true
            room: pane.width
            ready: pane.stage === "ready"
        }
    }
}
