import QtQuick
import QtQuick.Controls as C
import QtQuick.Templates as T
import Cria

// How much of the context is used, and the policy for its end; a click chooses the policy.
T.AbstractButton {
    id: meter

    required property int used
    required property int length
    required property string policy
    property bool terse: false
    readonly property real share: length > 0 ? used / length : 0
    readonly property bool careful: share >= 0.8
    readonly property color tone: share >= 0.95 ? Theme.brick : careful ? Theme.ochre : Theme.leaf
    readonly property string policyWords: policy === "slide" ? qsTr("then slides") : qsTr("then stops")

    signal policyChosen(string policy)

    Accessible.description: qsTr("At its end the reply %1.").arg(policyWords)
    Accessible.name: qsTr("Context: %1 of %2 tokens used").arg(used).arg(length)
    Accessible.role: Accessible.Button
    C.ToolTip.delay: 500
    C.ToolTip.text: policy === "slide" ? qsTr("When the context is full, the oldest messages leave it and the system prompt stays.") : qsTr("When the context is full, the reply stops.")
    C.ToolTip.visible: hovered && !menu.opened
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: 28
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    leftPadding: 8
    rightPadding: 8
    objectName: "contextMeter"
    visible: length > 0

    onClicked: menu.opened ? menu.close() : menu.open()

    background: Rectangle {
        color: meter.hovered || menu.opened ? Theme.claySoft : "transparent"
        radius: Theme.controlRadius

        FocusRing {
            shown: meter.visualFocus
        }
    }
    contentItem: Row {
        spacing: 10

        TabularText {
            anchors.verticalCenter: parent.verticalCenter
            color: meter.careful ? meter.tone : Theme.softInk
            font.pixelSize: 12
            text: meter.used + " / " + meter.length
        }
        MetaLabel {
            anchors.verticalCenter: parent.verticalCenter
            color: meter.tone
            text: meter.policyWords
            visible: meter.careful && !meter.terse
        }
        ProgressLine {
            Accessible.ignored: true
            anchors.verticalCenter: parent.verticalCenter
            implicitWidth: meter.terse ? 40 : 72
            tone: meter.tone
            value: meter.share
        }
    }

    PopupCard {
        id: menu

        function choose(value: string): void {
            meter.policyChosen(value);
            menu.close();
        }

        contentHeight: sheet.implicitHeight
        contentWidth: 300
        x: meter.width - width
        y: -height - 8

        onOpened: (meter.policy === "slide" ? slideChoice : stopChoice).forceActiveFocus(Qt.PopupFocusReason)

        Column {
            id: sheet

            spacing: 4

            TextLabel {
                bottomPadding: 4
                font.weight: Font.DemiBold
                leftPadding: 8
                text: qsTr("When the context is full")
            }
            PolicyChoice {
                id: stopChoice

                chosen: meter.policy === "stop"
                explanation: qsTr("The reply ends there, and says so.")
                objectName: "policy_stop"
                text: qsTr("Stop")
                width: 300

                Keys.onDownPressed: slideChoice.forceActiveFocus(Qt.TabFocusReason)
                Keys.onUpPressed: slideChoice.forceActiveFocus(Qt.BacktabFocusReason)
                onClicked: menu.choose("stop")
            }
            PolicyChoice {
                id: slideChoice

                chosen: meter.policy === "slide"
                explanation: qsTr("The oldest messages leave the context; the system prompt stays.")
                objectName: "policy_slide"
                text: qsTr("Slide")
                width: 300

                Keys.onDownPressed: stopChoice.forceActiveFocus(Qt.TabFocusReason)
                Keys.onUpPressed: stopChoice.forceActiveFocus(Qt.BacktabFocusReason)
                onClicked: menu.choose("slide")
            }
        }
    }
}
