module relinterp

go 1.24.0

tool github.com/magefile/mage

require (
	github.com/magefile/mage v1.17.2
	github.com/mattn/go-shellwords v1.0.16
	github.com/rogpeppe/go-internal v1.14.1
	github.com/spf13/cobra v1.10.2
	github.com/spf13/pflag v1.0.9
	github.com/stretchr/testify v1.12.1
	github.com/xyproto/ainur v1.3.3
	golang.org/x/sys v0.38.0
)

require (
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/tools v0.26.0 // indirect
)
