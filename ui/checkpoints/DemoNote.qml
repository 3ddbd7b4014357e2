import QtQuick
import Cria

// What the demo llama is.
TextLabel {
    color: Theme.softInk
    elide: Text.ElideNone
    horizontalAlignment: Text.AlignHCenter
    lineHeight: 1.4
    text: qsTr("A demo: 3 million parameters; it tells small stories.")
    wrapMode: Text.Wrap
}
