import QtQuick
import QtQuick.Templates as T
import Cria

// A pill: a checkpoint's age, a choice among few, a stop string.
T.Button {
    id: chip

    // One of a few choices: which one holds is the model's state, never the button's own.
    property bool choice: false
    property bool chosen: false
    property bool tinted: chosen
    property bool interactive: true
    property color ground: "transparent"
    property color ink: Theme.softInk

    Accessible.checkable: choice
    Accessible.checked: chosen
    Accessible.name: text
    Accessible.role: choice ? Accessible.RadioButton : interactive ? Accessible.Button : Accessible.StaticText
    focusPolicy: interactive ? Qt.StrongFocus : Qt.NoFocus
    font.family: Theme.sans
    font.pixelSize: Theme.metaSize
    font.weight: Font.DemiBold
    hoverEnabled: interactive
    implicitHeight: 20
    implicitWidth: Math.max(implicitHeight, Math.ceil(contentItem.implicitWidth) + leftPadding + rightPadding)
    leftPadding: 8
    rightPadding: 8

    background: Rectangle {
        border.color: chip.tinted ? "transparent" : Theme.hairline
        border.width: 1
        color: chip.tinted || (chip.interactive && chip.hovered) ? Theme.claySoft : chip.ground
        radius: height / 2

        FocusRing {
            radius: parent.radius + 2
            shown: chip.visualFocus
        }
    }
    contentItem: Text {
        color: chip.tinted || (chip.interactive && chip.hovered) ? Theme.clayOnSoft : chip.ink
        elide: Text.ElideRight
        font: chip.font
        horizontalAlignment: Text.AlignHCenter
        text: chip.text
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
    }
}
