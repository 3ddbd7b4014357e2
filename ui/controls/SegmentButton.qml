import QtQuick
import QtQuick.Templates as T
import Cria

// One word of a row of which one is chosen. A click leaves the keys to whatever has them.
T.Button {
    id: option

    required property bool chosen

    Accessible.checkable: true
    Accessible.checked: chosen
    Accessible.name: text
    Accessible.role: Accessible.RadioButton
    focusPolicy: chosen ? Qt.TabFocus : Qt.NoFocus
    font.family: Theme.sans
    font.pixelSize: Theme.controlSize
    font.weight: chosen ? Font.DemiBold : Font.Normal
    hoverEnabled: true
    implicitHeight: 28
    implicitWidth: Math.ceil(widest.advanceWidth) + 24

    background: Rectangle {
        color: option.chosen ? Theme.claySoft : "transparent"
        radius: Theme.controlRadius

        FocusRing {
            shown: option.visualFocus
        }
    }
    contentItem: Text {
        color: option.chosen ? Theme.clayOnSoft : option.hovered ? Theme.clay : Theme.softInk
        font: option.font
        horizontalAlignment: Text.AlignHCenter
        text: option.text
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
    }

    // Measured in the bolder weight, so that choosing does not move the neighbour.
    TextMetrics {
        id: widest

        font.family: Theme.sans
        font.pixelSize: Theme.controlSize
        font.weight: Font.DemiBold
        text: option.text
    }
}
