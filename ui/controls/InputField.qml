import QtQuick
import QtQuick.Templates as T
import Cria

// A one-line text field on the card colour.
T.TextField {
    id: field

    property color ground: Theme.card

    Accessible.role: Accessible.EditableText
    color: enabled ? Theme.ink : Theme.softInk
    font.family: Theme.sans
    font.pixelSize: Theme.controlSize
    implicitHeight: Theme.controlHeight
    implicitWidth: 160
    leftPadding: 12
    placeholderTextColor: Theme.softInk
    rightPadding: 12
    selectByMouse: true
    selectedTextColor: Theme.ink
    selectionColor: Theme.claySoft
    verticalAlignment: TextInput.AlignVCenter

    background: Rectangle {
        border.color: field.activeFocus ? Theme.clay : Theme.hairline
        border.width: field.activeFocus ? 2 : 1
        color: field.ground
        radius: Theme.controlRadius
    }

    Text {
        color: field.placeholderTextColor
        elide: Text.ElideRight
        font: field.font
        height: field.height
        leftPadding: field.leftPadding
        text: field.placeholderText
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
        visible: field.length === 0 && field.preeditText === ""
        width: field.width - field.rightPadding
    }
}
