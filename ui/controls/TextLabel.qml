import QtQuick
import Cria

// A line or paragraph of plain text in the theme's type.
Text {
    color: Theme.ink
    elide: Text.ElideRight
    font.family: Theme.sans
    font.pixelSize: Theme.controlSize
    textFormat: Text.PlainText
}
