import QtQuick
import Cria

// Prose that may be growing, with a caret at its end while it does.
ProseBlock {
    id: prose

    property bool writing: false

    Rectangle {
        readonly property rect end: {
            // Asked again whenever the layout may have moved.
            const laidOut = prose.contentHeight + prose.contentWidth + prose.width;
            return laidOut > 0 ? prose.positionToRectangle(prose.length) : Qt.rect(0, 0, 0, 17);
        }

        color: prose.color
        height: 17
        visible: prose.writing
        width: 7
        x: Math.max(0, Math.min(end.x + 2, prose.width - width))
        y: end.y + (end.height - height) / 2
    }
}
