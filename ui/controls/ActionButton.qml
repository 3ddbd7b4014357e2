import QtQuick
import QtQuick.Templates as T
import Cria

// A button with words. `primary` is the one filled with clay; there is at most one in sight.
T.Button {
    id: button

    property bool primary: false
    property bool quiet: false
    property color ink: quiet ? Theme.clay : Theme.ink

    Accessible.name: text
    Accessible.role: Accessible.Button
    bottomPadding: 0
    font.family: Theme.sans
    font.pixelSize: Theme.controlSize
    font.weight: primary ? Font.DemiBold : Font.Normal
    hoverEnabled: true
    implicitHeight: Theme.controlHeight
    implicitWidth: Math.ceil(contentItem.implicitWidth) + leftPadding + rightPadding
    leftPadding: quiet ? 8 : 14
    rightPadding: leftPadding
    topPadding: 0

    background: Rectangle {
        border.color: button.primary || button.quiet ? "transparent" : Theme.hairline
        border.width: 1
        color: {
            if (button.primary)
                return button.enabled ? (button.down ? Theme.clayOnSoft : Theme.clay) : Theme.track;
            if (button.hovered || button.down)
                return Theme.claySoft;
            return button.quiet ? "transparent" : Theme.card;
        }
        radius: Theme.controlRadius

        FocusRing {
            shown: button.visualFocus
        }
    }
    contentItem: Text {
        color: {
            if (button.primary)
                return button.enabled ? Theme.inkOnClay : Theme.softInk;
            if (!button.enabled)
                return Theme.softInk;
            if (button.hovered || button.down)
                return Theme.clayOnSoft;
            return button.ink;
        }
        elide: Text.ElideRight
        font: button.font
        horizontalAlignment: Text.AlignHCenter
        text: button.text
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
    }
}
