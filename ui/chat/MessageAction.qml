import QtQuick
import Cria

// An action of a message: there all the time, seen on hover and on keyboard focus, so that nothing moves.
IconButton {
    required property MessageFacts row
    readonly property bool reachable: row.chosen || activeFocus

    focusPolicy: reachable ? Qt.StrongFocus : Qt.ClickFocus
    opacity: row.actionsShown || activeFocus ? 1 : 0

    Behavior on opacity  {
        NumberAnimation {
            duration: Theme.duration
        }
    }
}
