import QtQuick
import QtQuick.Templates as T
import Cria

// A card above the window: the picker, the prompt's settings.
T.Popup {
    id: popup

    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside
    focus: true
    implicitHeight: contentHeight + topPadding + bottomPadding
    implicitWidth: contentWidth + leftPadding + rightPadding
    margins: 8
    modal: false
    padding: 12

    background: Rectangle {
        border.color: Theme.hairline
        border.width: 1
        color: Theme.card
        radius: Theme.cardRadius
    }
    enter: Transition {
        NumberAnimation {
            duration: Theme.duration
            from: 0
            property: "opacity"
            to: 1
        }
    }
    exit: Transition {
        NumberAnimation {
            duration: Theme.duration
            from: 1
            property: "opacity"
            to: 0
        }
    }
}
