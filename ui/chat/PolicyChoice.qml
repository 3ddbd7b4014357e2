import QtQuick
import QtQuick.Templates as T
import Cria

// A choice with a sentence below it.
T.AbstractButton {
    id: choice

    required property bool chosen
    required property string explanation

    Accessible.checkable: true
    Accessible.checked: chosen
    Accessible.description: explanation
    Accessible.name: text
    Accessible.role: Accessible.RadioButton
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    bottomPadding: 8
    implicitHeight: implicitContentHeight + topPadding + bottomPadding
    leftPadding: 8
    rightPadding: 8
    topPadding: 8

    Keys.onEnterPressed: choice.clicked()
    Keys.onReturnPressed: choice.clicked()

    background: Rectangle {
        color: choice.chosen || choice.hovered ? Theme.claySoft : "transparent"
        radius: Theme.controlRadius

        FocusRing {
            anchors.margins: 0
            radius: Theme.controlRadius
            shown: choice.visualFocus
        }
    }
    contentItem: Column {
        spacing: 2

        TextLabel {
            color: choice.chosen ? Theme.clayOnSoft : Theme.ink
            font.weight: choice.chosen ? Font.DemiBold : Font.Normal
            text: choice.text
            width: choice.availableWidth
        }
        MetaLabel {
            elide: Text.ElideNone
            text: choice.explanation
            width: choice.availableWidth
            wrapMode: Text.Wrap
        }
    }
}
